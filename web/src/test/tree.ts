import { rows } from './each';

type Fn = (...args: any[]) => unknown;
type Mode = 'run' | 'skip' | 'todo';
export type HookName = 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach';

export interface Test {
  id: number;
  title: string;
  parent: Suite;
  mode: Mode;
  only: boolean;
  timeout?: number;
  at: Error;
  run: Fn;
}

export interface Suite {
  title: string;
  parent?: Suite;
  mode: Mode;
  only: boolean;
  /** Whether an `only` stands somewhere below: then that one counts, and not this suite's own. */
  narrowed: boolean;
  size: number;
  hooks: { [name in HookName]?: Fn[] };
}

export const root: Suite = { title: '', mode: 'run', only: false, narrowed: false, size: 0, hooks: {} };
export const tests: Test[] = [];

let here = root;
/** The file has loaded: nothing more is defined. */
let closed = false;

/** Why a call of `what` is a mistake is said in its own line. */
function expectDefinable(what: string, title: unknown, run: unknown, needsFunction = true): void {
  if (closed) throw new Error(`${what} 只能在文件加载时定义, 不能写在测试、钩子或异步回调里`);
  const kind = typeof title;
  if (kind !== 'string' && kind !== 'number' && kind !== 'function')
    throw new TypeError(`${what} 的第一个参数应为标题 (字符串)`);
  if (needsFunction && typeof run !== 'function') {
    const todo = what === 'test' && run === undefined ? '; 还没写的测试用 test.todo(标题)' : '';
    throw new TypeError(`${what}("${name(title)}") 的第二个参数应为函数${todo}`);
  }
}

const name = (title: unknown): string => (typeof title === 'function' ? title.name : String(title));

/** A parameter that nobody fills would be a `done`, or a fixture of another runner: the test would hang or fail oddly. */
function expectNoDone(what: string, run: Fn, filled = 0): void {
  if (run.length > filled) {
    throw new TypeError(
      `${what} 的函数多了参数: 没有 done 回调, 请返回 Promise 或用 async; host、page、qing 是全局变量, 不是参数`,
    );
  }
}

function markOnly(suite: Suite | undefined): void {
  for (; suite && !suite.narrowed; suite = suite.parent) suite.narrowed = true;
}

function addTest(mode: Mode, only: boolean, title: unknown, run: Fn, timeout?: number): void {
  expectDefinable('test', title, run, mode !== 'todo');
  if (mode === 'todo' && run !== undefined)
    throw new TypeError(`test.todo("${name(title)}") 只有标题; 要跳过写好的测试请用 test.skip`);
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) {
    throw new TypeError(`test("${name(title)}") 的第三个参数应为超时的毫秒数`);
  }
  if (run) expectNoDone(`test("${name(title)}")`, run);
  if (only) markOnly(here);
  here.size++;
  tests.push({ id: tests.length, title: name(title), parent: here, mode, only, timeout, at: new Error(), run });
}

function addSuite(mode: Mode, only: boolean, title: unknown, body: Fn): void {
  expectDefinable('describe', title, body);
  const parent = here;
  const suite: Suite = { title: name(title), parent, mode, only, narrowed: false, size: 0, hooks: {} };
  if (only) markOnly(parent);
  parent.size++;
  here = suite;
  let result: any;
  try {
    result = body();
  } finally {
    here = parent;
  }
  if (result && typeof result.then === 'function') {
    result.then(undefined, () => undefined);
    throw new TypeError(`describe("${suite.title}") 的函数不能是 async, 也不能返回 Promise: 准备工作请放进 beforeAll`);
  }
  if (!suite.size && mode === 'run') throw new Error(`describe("${suite.title}") 里没有测试`);
}

/** A function that defines, with `.only`, `.skip` and `.each` on each of them. */
function family(what: string, add: (mode: Mode, only: boolean, title: unknown, run: Fn, timeout?: number) => void): any {
  const variant = (mode: Mode, only: boolean) => {
    const define = (title: unknown, run: Fn, timeout?: number) => add(mode, only, title, run, timeout);
    const each = (table: any, ...values: unknown[]) => {
      const all = rows(what, table, values);
      return (title: unknown, run: Fn, timeout?: number) => {
        expectDefinable(what, title, run);
        for (const row of all) {
          expectNoDone(`${what}.each("${name(title)}")`, run, row.args.length);
          define(row.title(name(title)), () => run(...row.args), timeout);
        }
      };
    };
    return Object.assign(define, { each });
  };
  return Object.assign(variant('run', false), { only: variant('run', true), skip: variant('skip', false) });
}

export const describe = family('describe', addSuite);
export const test = family('test', addTest);
test.todo = (title: unknown, run?: Fn) => addTest('todo', false, title, run!);

/** Adds a hook to the describe that stands around the call. */
export function hook(kind: HookName, run: Fn): void {
  expectDefinable(kind, '', run);
  expectNoDone(kind, run);
  (here.hooks[kind] = here.hooks[kind] || []).push(run);
}

/** The titles from the outermost describe to the test. */
export function pathOf(node: { title: string; parent?: Suite }): string[] {
  const path: string[] = [];
  for (let at: typeof node | undefined = node; at && at !== root; at = at.parent) path.unshift(at.title);
  return path;
}

/** What HOOKS.collect gives: every test, in the order of definition. From here on nothing more is defined. */
export function collect(): string {
  closed = true;
  return JSON.stringify(
    tests.map((test) => {
      let { mode, only } = test;
      for (let suite: Suite | undefined = test.parent; suite; suite = suite.parent) {
        if (suite.mode === 'skip' && mode === 'run') mode = 'skip';
        if (suite.only && !suite.narrowed) only = true;
      }
      test.mode = mode;
      return { id: test.id, path: pathOf(test), mode, only, timeout: test.timeout, stack: test.at.stack };
    }),
  );
}
