import { lastFailure, missedAssertions, resetAssertions, type MatcherResult } from './expect';
import { failures } from './failing';
import { forgotten, isBrowser, isStrict, say, settled } from './native';
import { callsAnswered } from './page';
import { pathOf, root, tests, type HookName, type Suite, type Test } from './tree';

/** What is told of an error. */
interface Failure {
  name: string;
  message: string;
  stack: string;
  expected?: string;
  actual?: string;
  diff?: string;
  matcher?: string;
}

/** What runs now: a test, or an afterAll hook (id -1). */
let current: { id: number; errors: Failure[]; interrupt?: (error: unknown) => boolean } | undefined;
/** The realm cannot go on: no hook and no test runs any more. */
let dead = false;

const { setTimeout } = globalThis; // the tests' own doings do not reach it

/**
 * Lets the jobs run that stand behind this one: what callbacks throw still counts for the test. Then those that they, or
 * this one's end, queued: there the Go side tells of rejections that nobody handled.
 */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(() => setTimeout(resolve, 0), 0));

/** Describes what was thrown; `prefix` says where, if that was not the test itself. */
function describeError(thrown: any, prefix = ''): Failure {
  if (!thrown || typeof thrown.message !== 'string') {
    return { name: 'Error', message: `${prefix}抛出的不是 Error: ${failures().stringify(thrown)}`, stack: '' };
  }
  const { name, message, stack, cause, errors } = thrown;
  const result: MatcherResult | undefined = thrown.matcherResult;
  let text = prefix + message;
  if (cause !== undefined) text += `\n原因 (cause): ${cause instanceof Error ? cause : failures().stringify(cause)}`;
  if (Array.isArray(errors)) text += errors.map((error, i) => `\n[${i + 1}] ${error}`).join('');
  return {
    name: String(name || 'Error'),
    message: text,
    stack: String(stack || ''),
    ...(result && { expected: result.expected, actual: result.actual, diff: result.diff, matcher: result.name }),
  };
}

/** Runs a test's function or a hook until it settles, or is interrupted. */
function step(run: () => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let open = true;
    const settled = () => (open = false);
    current!.interrupt = (error) => open && (settled(), reject(error), true);
    const result: any = run();
    if (result && typeof result.then === 'function') {
      result.then(settled, settled);
      result.then(resolve, reject);
    } else resolve(settled());
  });
}

/** Runs the hooks of one kind. All run whatever the others do, but for those that prepare: they stop at the first error. */
async function runHooks(suite: Suite, kind: HookName): Promise<Failure[]> {
  const errors: Failure[] = [];
  for (const run of suite.hooks[kind] || []) {
    if (dead) break;
    try {
      await step(run);
    } catch (error) {
      const where = suite === root ? '' : ` (describe "${pathOf(suite).join(' › ')}")`;
      errors.push(describeError(error, `${kind} 钩子失败${where}: `));
      if (kind[0] === 'b') break;
    }
  }
  return errors;
}

/** One call of HOOKS.run. */
class Run {
  private failed = 0;
  /** The describes whose beforeAll has run, with what that threw. */
  private begun = new Map<Suite, Failure[]>();
  /** What is below each describe, in the order that the ids ask for. */
  private order = new Map<Suite, (Suite | Test)[]>();

  constructor(
    ids: number[],
    private bail: number,
  ) {
    for (const id of ids) {
      let node: Suite | Test = tests[id];
      for (let above: Suite | undefined = node.parent; above; node = above, above = above.parent) {
        const list = this.order.get(above);
        if (list) {
          list.push(node);
          break;
        }
        this.order.set(above, [node]);
      }
    }
  }

  async suite(suite: Suite): Promise<void> {
    for (const child of this.order.get(suite) || []) {
      if (dead) return;
      if ('hooks' in child) await this.suite(child);
      else await this.test(child);
    }
    if (!this.begun.has(suite) || !suite.hooks.afterAll || dead) return;
    const about = { type: 'hook', hook: 'afterAll', path: pathOf(suite) };
    say({ ...about, phase: 'start' });
    current = { id: -1, errors: [] };
    const errors = await runHooks(suite, 'afterAll');
    await turn();
    errors.push(...current.errors);
    current = undefined;
    say({ ...about, phase: 'end', errors });
  }

  async test(test: Test): Promise<void> {
    const { id } = test;
    say({ type: 'start', id });
    if (test.mode !== 'run' || (this.bail && this.failed >= this.bail)) {
      return say({ type: 'end', id, status: 'skipped', errors: [] });
    }
    const { errors } = (current = { id, errors: [] as Failure[] });
    resetAssertions();
    forgotten(); // of hooks before
    const above: Suite[] = [];
    for (let suite: Suite | undefined = test.parent; suite; suite = suite.parent) above.unshift(suite);
    if (await this.prepared(above, errors)) {
      try {
        await step(test.run);
        await this.settle(errors);
      } catch (error) {
        errors.push(describeError(error));
        forgotten(); // left behind by the error
      }
    }
    for (const suite of above.reverse()) if (this.begun.has(suite)) errors.push(...(await runHooks(suite, 'afterEach')));
    current = undefined;
    if (errors.length) this.failed++;
    say({ type: 'end', id, status: errors.length ? 'failed' : 'passed', errors });
  }

  /** Runs what comes before a test; false when that failed. */
  private async prepared(above: Suite[], errors: Failure[]): Promise<boolean> {
    for (const suite of above) {
      if (!this.begun.has(suite)) {
        this.begun.set(suite, []);
        this.begun.set(suite, await runHooks(suite, 'beforeAll'));
      }
      errors.push(...this.begun.get(suite)!);
      if (errors.length) return false;
    }
    for (const suite of above) {
      if (suite.hooks.beforeEach) errors.push(...(await runHooks(suite, 'beforeEach')));
      if (errors.length) return false;
    }
    return true;
  }

  /** What is still to be said of a test whose function has returned. */
  private async settle(errors: Failure[]): Promise<void> {
    errors.push(...forgotten().map((error) => describeError(error)));
    await step(turn);
    // What the host says to calls that nobody waits for.
    await step(async () => {
      if (isStrict() && isBrowser()) await callsAnswered();
      await settled();
      await turn();
    });
    const missed = missedAssertions();
    if (missed) errors.push(describeError(missed));
  }
}

/** HOOKS.run: runs the tests of these ids, then calls done. */
export function run(json: string, done: () => void): void {
  const { ids, bail } = JSON.parse(json);
  void new Run(ids, bail || 0).suite(root).then(done, (error) => {
    say({ type: 'hook', hook: 'run', path: [], phase: 'end', errors: [describeError(error)] });
    done();
  });
}

/** HOOKS.abort: fails the running test (or the hook of id -1); false when it is not the one that runs. */
export function abort(id: number, json: string): boolean {
  if (!current || current.id !== id) return false;
  const { message, stack, fatal } = JSON.parse(json);
  const error = lastFailure(message) || Object.assign(new Error(message), { stack: stack || '' });
  if (fatal) dead = true;
  if (!current.interrupt || !current.interrupt(error)) current.errors.push(describeError(error));
  return true;
}
