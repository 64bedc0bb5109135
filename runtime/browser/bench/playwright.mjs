// Measures Playwright's exposeFunction: one JSON line out for each line in, which is the plan.
// node playwright.mjs CHROMIUM URL MEASURE
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [executablePath, url, measure] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath });
for await (const plan of createInterface({ input: process.stdin })) {
  const page = await browser.newPage();
  await page.exposeFunction('echo', ({ n }) => ({ n }));
  await page.goto(url);
  const result = await page.evaluate(`(${measure})(async (n) => (await echo({ n })).n, ${plan})`);
  console.log(JSON.stringify(result));
  await page.close();
}
await browser.close();
