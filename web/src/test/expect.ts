import { asymmetric, Asymmetric, unconditional } from './asymmetric';
import { equals } from './equals';
import { failures } from './failing';
import { makeMatchers, type Context, type Matcher } from './matchers';
import { awaited, restack } from './native';

/** What a failed expectation carries besides its message; Jest's errors have the same. */
export interface MatcherResult {
  name: string;
  pass: boolean;
  message: string;
  /** Printed values and their difference, where the matcher compares two. */
  expected?: string;
  actual?: string;
  diff?: string;
}

type Custom = (this: object, received: unknown, ...args: unknown[]) => any;

let matchers: { [name: string]: Matcher };
const custom: { [name: string]: Custom } = {};

/** The expectations of the running test. */
let assertions = 0;
let wanted: { count?: number; at: Error } | undefined;
/** The last failure: one that a callback threw comes back as text only, and is recognised by it. */
let last: Error | undefined;

class Expectation {
  constructor(
    readonly received: unknown,
    readonly promise: Context['promise'],
    readonly isNot: boolean,
    /** What is known of a promise's expectation: where it was written. */
    readonly at?: Error,
  ) {}
  get not(): Expectation {
    return new Expectation(this.received, this.promise, !this.isNot);
  }
  get resolves(): Expectation {
    return new Expectation(this.received, 'resolves', this.isNot);
  }
  get rejects(): Expectation {
    return new Expectation(this.received, 'rejects', this.isNot);
  }
}

/** Gives every expectation the method of that name. */
function install(name: string): void {
  (Expectation.prototype as any)[name] = function (this: Expectation, ...args: unknown[]) {
    return this.promise ? checkPromise(this, name, args) : check(this, name, args);
  };
}

function check(on: Expectation, name: string, args: unknown[]): unknown {
  assertions++;
  const context: Context = { name, isNot: on.isNot, promise: on.promise, received: on.received, args };
  if (Object.prototype.hasOwnProperty.call(custom, name)) return checkCustom(on, context, args);
  const pass = matchers[name](context, on.received, ...args);
  if (pass === on.isNot) fail(on, failures().explain(context, pass));
  return undefined;
}

/** Throws the failure, from the line of the expectation. */
function fail(on: Expectation, result: MatcherResult): never {
  const error = new Error(result.message);
  if (on.at) error.stack = restack(on.at, result.message);
  Object.defineProperty(error, 'matcherResult', { value: result });
  throw (last = error);
}

function checkCustom(on: Expectation, context: Context, args: unknown[]): unknown {
  const { name, isNot, promise } = context;
  const judge = (result: any, on: Expectation) => {
    if (typeof result !== 'object' || !result || typeof result.pass !== 'boolean') {
      throw new TypeError(
        `expect.extend 的 ${name} 应返回 {pass: true 或 false, message: () => "…"}, 实际返回了 ${failures().stringify(result)}`,
      );
    }
    if (result.pass !== isNot) return;
    const text =
      typeof result.message === 'function' ? result.message() : result.message || `expect(…).${name} 没有给出 message`;
    fail(on, { name, pass: result.pass, message: text });
  };
  const at = on.at || new Error();
  const result: any = custom[name].call({ isNot, promise, equals, utils: failures().utils }, on.received, ...args);
  if (!result || typeof result.then !== 'function') return judge(result, on);
  return awaited(`expect(…).${name}(…)`, (resolve, reject) => {
    const late = new Expectation(on.received, promise, isNot, at);
    const settled = (judged: unknown) => {
      try {
        resolve(judge(judged, late));
      } catch (error) {
        reject(error);
      }
    };
    result.then(settled, reject);
  });
}

/** An expectation of what a promise brings: itself a promise, which has to be awaited. */
function checkPromise(on: Expectation, name: string, args: unknown[]): Promise<unknown> {
  const { promise, isNot } = on;
  const at = new Error();
  const received: any = typeof on.received === 'function' ? on.received() : on.received;
  const context: Context = { name, isNot, promise, received, args };
  if (!received || typeof received.then !== 'function') {
    throw new TypeError(
      failures().misuse(context, 'received', on.received, 'must be a promise or a function returning a promise'),
    );
  }
  return awaited(`expect(…).${promise}.${isNot ? 'not.' : ''}${name}(…)`, (resolve, reject) => {
    const right = (value: unknown) => {
      try {
        resolve(check(new Expectation(value, promise, isNot, at), name, args));
      } catch (error) {
        reject(error);
      }
    };
    const wrong = (value: unknown) => {
      assertions++;
      try {
        fail(new Expectation(value, promise, isNot, at), {
          name,
          pass: false,
          message: failures().settledWrong(context, value),
        });
      } catch (error) {
        reject(error);
      }
    };
    if (promise === 'resolves') received.then(right, wrong);
    else received.then(wrong, right);
  });
}

function extend(more: { [name: string]: Custom }): void {
  for (const name of Object.keys(more)) {
    const matcher = more[name];
    if (typeof matcher !== 'function') throw new TypeError(`expect.extend: ${name} 应为函数`);
    custom[name] = matcher;
    install(name);
    const asMatcher =
      (inverse: boolean) =>
      (...sample: unknown[]) =>
        new Asymmetric(
          name,
          sample,
          inverse,
          (other) => matcher.call({ isNot: inverse, promise: '', equals, utils: failures().utils }, other, ...sample).pass,
        );
    (expect as any)[name] = asMatcher(false);
    (expect as any).not[name] = asMatcher(true);
  }
}

/** Begins an expectation. */
export function expect(...received: unknown[]): Expectation {
  if (received.length > 1) throw new Error('Expect takes at most one argument.');
  return new Expectation(received[0], '', false);
}

/** The global: `expect` with its matchers, made at the first use. */
export function makeExpect(): typeof expect {
  matchers = makeMatchers();
  Object.keys(matchers).forEach(install);
  return Object.assign(expect, asymmetric(false), unconditional, {
    not: asymmetric(true),
    extend,
    assertions(count: number) {
      wanted = { count, at: new Error() };
    },
    hasAssertions() {
      wanted = { at: new Error() };
    },
  });
}

/** Begins to count for a test. */
export function resetAssertions(): void {
  assertions = 0;
  wanted = undefined;
}

/** The error of expect.assertions and expect.hasAssertions, if the test did not keep to them. */
export function missedAssertions(): Error | undefined {
  if (!wanted || (wanted.count === undefined ? assertions : assertions === wanted.count)) return undefined;
  const message = failures().missed(wanted.count, assertions);
  return Object.assign(wanted.at, { message, stack: restack(wanted.at, message) });
}

/** The failure of this message, if it was the last one. */
export const lastFailure = (message: string): Error | undefined =>
  last && message.includes(last.message) ? last : undefined;
