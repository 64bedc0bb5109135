import { ask, bringsLibrary, isStrict, tell } from './native';
import { mistaken } from './host';

/** What the callbacks of a call in the page are, by the number that went out with it. */
const calls = new Map<number, { [kind: string]: unknown }>();
let lastCall = 0;
/** The calls in the page that have no answer yet. */
const open = new Set<Promise<unknown>>();
const { setTimeout } = globalThis; // the tests' own doings do not reach it

/** Until they have one, or for a second: some wait for a person. */
export async function callsAnswered(): Promise<void> {
  if (open.size) await Promise.race([Promise.allSettled(open), new Promise((done) => setTimeout(done, 1000))]);
}

/**
 * qing.call of the opened page: callbacks and promise as the library has them. A page's rejection becomes one here; as
 * there, nobody has to handle it, unless in strict mode.
 */
function call(name: unknown, params?: any): Promise<unknown> {
  const given = params && typeof params === 'object' && !Array.isArray(params);
  const { success, error, complete, ...rest } = given ? params : ({} as any);
  const callback = typeof success === 'function' || typeof complete === 'function';
  const callId = ++lastCall;
  if (callback) calls.set(callId, { success, error, complete });
  const promise = new Promise((resolve, reject) => {
    const sent = ask('qing.call', { callId, name, params: given ? rest : params, callback }, '');
    sent.then((answer) => resolve(answer && answer.result), reject);
    open.add(sent);
    const over = () => open.delete(sent);
    sent.then(over, over);
  });
  if (!isStrict()) promise.catch(() => undefined);
  return promise;
}

/** HOOKS.called: a callback of a call in the page. What it throws is the test's error, as with the library's own calls. */
export function called(callId: number, kind: string, json: string): void {
  const callback = (calls.get(callId) || {})[kind];
  if (typeof callback !== 'function') return;
  try {
    callback(json ? JSON.parse(json) : undefined);
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/** The source of a function that is to run in the page. */
function sourceOf(what: string, fn: unknown): string {
  if (typeof fn !== 'function') mistaken(`${what} 的第一个参数应为函数: 它的源码会在页面里运行`);
  const source = String(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) mistaken(`${what} 需要函数的源码, 不能用内置的或 bind 过的函数`);
  if (!/^(async\b\s*)?(function\b|\(|[\w$]+\s*=>)/.test(source)) {
    mistaken(`${what} 的函数应写成 () => … 或 function () { … }, 不能是方法的简写`);
  }
  return source;
}

function checkArgs(args: unknown[]): void {
  args.forEach((arg, i) => {
    const kind = typeof arg;
    if (kind === 'function' || kind === 'symbol' || kind === 'bigint') {
      mistaken(`page.eval 的第 ${i + 2} 个参数是 ${kind}: 参数以 JSON 传给页面, 只能是数据`);
    }
  });
}

const CLOSURE = '函数在页面里运行, 看不到测试文件里的变量和 import; 请作为参数传入: page.eval((x) => …, x)';

/** Adds the likely cause to the error of a name that the page does not know. */
function explain(error: any): never {
  if (error && /(^|\W)\w[\w$]* is not defined/.test(error.message)) {
    const hinted = `${error.message} (${CLOSURE})`;
    error.stack = String(error.stack).replace(error.message, () => hinted);
    error.message = hinted;
  }
  throw error;
}

function selected(what: string, selector: unknown): string {
  return typeof selector === 'string' && selector ? selector : mistaken(`${what} 的第一个参数应为 CSS 选择器, 如 '#save'`);
}

/** The global `page`: the app's page, after `page.open`. */
export const makePage = () => ({
  open(path: string): Promise<void> {
    if (typeof path !== 'string' || !path) mistaken(`page.open 的参数应为页面的路径, 如 '/index.html'`);
    return ask('page.open', { path }, `page.open('${path}')`).then(() => {
      if (!bringsLibrary()) (globalThis as any).qing.call = call;
    });
  },
  eval(fn: (...args: any[]) => unknown, ...args: unknown[]): Promise<unknown> {
    const source = sourceOf('page.eval', fn);
    checkArgs(args);
    return ask('page.eval', { fn: source, args }, 'page.eval(…)').catch(explain);
  },
  click(selector: string): Promise<void> {
    return ask('page.click', { selector: selected('page.click', selector) }, `page.click('${selector}')`);
  },
  fill(selector: string, value: string): Promise<void> {
    selected('page.fill', selector);
    if (typeof value !== 'string' && typeof value !== 'number')
      mistaken(`page.fill('${selector}', …) 的第二个参数应为字符串`);
    return ask('page.fill', { selector, value: String(value) }, `page.fill('${selector}', …)`);
  },
  text(selector: string): Promise<string> {
    return ask('page.text', { selector: selected('page.text', selector) }, `page.text('${selector}')`);
  },
  waitFor(what: string | (() => unknown), options: { timeout?: number } = {}): Promise<void> {
    const { timeout } = options;
    if (typeof what === 'string') return ask('page.waitFor', { selector: what, timeout }, `page.waitFor('${what}')`);
    if (typeof what !== 'function') mistaken(`page.waitFor 的参数应为 CSS 选择器, 或在页面里反复求值的函数`);
    return ask('page.waitFor', { fn: sourceOf('page.waitFor', what), timeout }, 'page.waitFor(…)').catch(explain);
  },
  /** A promise like everything on page, though the address is known at once. */
  url: (): Promise<string> => Promise.resolve(tell('page.url')),
});
