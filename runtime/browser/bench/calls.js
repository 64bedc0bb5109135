// Runs in the page, the same for every side. call(n) returns a promise of n.
async (call, plan) => {
  const verify = (got, n) => {
    if (got !== n) throw new Error(`sent ${n}, got ${JSON.stringify(got)}`);
  };
  const wave = async (size) => {
    const got = await Promise.all(Array.from({ length: size }, (_, n) => call(n)));
    got.forEach(verify);
  };
  const result = {};
  await new Promise((settled) => setTimeout(settled, 500)); // the page library loads its views after the load event
  for (let n = 0; n < 200; n++) await call(n); // warm up
  const took = [];
  const begin = performance.now();
  for (let n = 0; n < plan.sequential; n++) {
    const sent = performance.now();
    verify(await call(n), n);
    took.push(performance.now() - sent);
  }
  result.mean = (performance.now() - begin) / plan.sequential;
  took.sort((a, b) => a - b);
  result.p50 = took[Math.floor(took.length * 0.5)];
  result.p99 = took[Math.floor(took.length * 0.99)];
  for (const size of plan.atOnce) {
    await wave(size);
    const start = performance.now();
    let calls = 0;
    for (; performance.now() - start < plan.milliseconds; calls += size) await wave(size);
    result[size] = (calls * 1000) / (performance.now() - start);
  }
  return result;
}
