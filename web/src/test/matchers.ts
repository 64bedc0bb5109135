import { equals, STRICT, SUBSET } from './equals';
import { failures } from './failing';

/** What a matcher knows of the expectation that it belongs to. */
export interface Context {
  name: string;
  isNot: boolean;
  promise: '' | 'resolves' | 'rejects';
  received: unknown;
  args: unknown[];
  /** What the matcher found out and the message needs. */
  found?: any;
}

/** Whether the received value is as expected. The message of a failure stands in failures/, under the same name. */
export type Matcher = (c: Context, received: any, ...args: any[]) => boolean;

/** Throws the error of a matcher that was used wrongly, unless it was not. */
function need(ok: unknown, c: Context, side: 'received' | 'expected', value: unknown, should: string): void {
  if (!ok) throw new TypeError(failures().misuse(c, side, value, should));
}

function alone(c: Context, expected: unknown): void {
  need(expected === undefined, c, 'expected', expected, '');
}

const numeric = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';

function numbers(c: Context, received: unknown, expected: unknown): void {
  need(numeric(received), c, 'received', received, 'must be a number or bigint');
  need(numeric(expected), c, 'expected', expected, 'must be a number or bigint');
}

const mustExist = 'must not be null nor undefined';
const exists = (value: unknown): boolean => value !== null && value !== undefined;

function listed(c: Context, received: any): unknown[] {
  need(typeof received[Symbol.iterator] === 'function', c, 'received', received, 'must be iterable');
  return Array.from(received);
}

function count(c: Context, expected: unknown): void {
  need(
    Number.isSafeInteger(expected) && (expected as number) >= 0,
    c,
    'expected',
    expected,
    'must be a non-negative integer',
  );
}

function mocked(c: Context, received: any, kind = 'mock or spy'): any {
  need(received && received._isMockFunction === true, c, 'received', received, `must be a ${kind} function`);
  return received.mock;
}

const returner = (c: Context, received: any): any => mocked(c, received, 'mock');

function nth(c: Context, n: unknown): void {
  need(Number.isSafeInteger(n) && (n as number) > 0, c, 'expected', n, 'n');
}

const sameCall = (call: unknown[] | undefined, expected: unknown[]): boolean =>
  !!call && call.length === expected.length && equals(expected, call);
const sameReturn = (result: any, expected: unknown): boolean =>
  !!result && result.type === 'return' && equals(expected, result.value);
const returns = (mock: any): number => mock.results.filter((result: any) => result.type === 'return').length;

/** Jest's everyday matchers. A function, as many files of few tests need them late or not at all. */
export const makeMatchers = (): { [name: string]: Matcher } => ({
  toBe: (_c, r, e) => Object.is(r, e),
  toEqual: (_c, r, e) => equals(r, e),
  toStrictEqual: (_c, r, e) => equals(r, e, STRICT),
  toMatchObject(c, r, e) {
    need(typeof r === 'object' && r !== null, c, 'received', r, 'must be a non-null object');
    need(typeof e === 'object' && e !== null, c, 'expected', e, 'must be a non-null object');
    return equals(r, e, SUBSET);
  },

  toBeDefined: (c, r, e) => (alone(c, e), r !== undefined),
  toBeUndefined: (c, r, e) => (alone(c, e), r === undefined),
  toBeNull: (c, r, e) => (alone(c, e), r === null),
  toBeNaN: (c, r, e) => (alone(c, e), Number.isNaN(r)),
  toBeTruthy: (c, r, e) => (alone(c, e), !!r),
  toBeFalsy: (c, r, e) => (alone(c, e), !r),

  toBeGreaterThan: (c, r, e) => (numbers(c, r, e), r > e),
  toBeGreaterThanOrEqual: (c, r, e) => (numbers(c, r, e), r >= e),
  toBeLessThan: (c, r, e) => (numbers(c, r, e), r < e),
  toBeLessThanOrEqual: (c, r, e) => (numbers(c, r, e), r <= e),
  toBeCloseTo(c, r, e, digits = 2) {
    need(typeof e === 'number', c, 'expected', e, 'must be a number');
    need(typeof r === 'number', c, 'received', r, 'must be a number');
    return (r === e && !isFinite(r)) || Math.abs(e - r) < Math.pow(10, -digits) / 2;
  },

  toBeInstanceOf(c, r, e) {
    need(typeof e === 'function', c, 'expected', e, 'must be a function');
    return r instanceof e;
  },
  toMatch(c, r, e) {
    need(typeof r === 'string', c, 'received', r, 'must be a string');
    need(
      typeof e === 'string' || (e && typeof e.test === 'function'),
      c,
      'expected',
      e,
      'must be a string or regular expression',
    );
    return typeof e === 'string' ? r.includes(e) : new RegExp(e).test(r);
  },
  toContain(c, r, e) {
    need(exists(r), c, 'received', r, mustExist);
    if (typeof r !== 'string') return listed(c, r).indexOf(e) >= 0;
    need(typeof e === 'string', c, 'expected', e, 'must be a string if received value is a string');
    return r.includes(e);
  },
  toContainEqual(c, r, e) {
    need(exists(r), c, 'received', r, mustExist);
    return listed(c, r).some((item) => equals(item, e));
  },
  toHaveLength(c, r, e) {
    need(
      exists(r) && typeof r.length === 'number',
      c,
      'received',
      r,
      'must have a length property whose value must be a number',
    );
    count(c, e);
    return r.length === e;
  },
  toHaveProperty(c, r, path, ...value) {
    need(exists(r), c, 'received', r, mustExist);
    need(typeof path === 'string' || Array.isArray(path), c, 'expected', path, 'path must be a string or array');
    need(path.length || typeof path === 'string', c, 'expected', path, 'path must not be an empty array');
    const end = (c.found = follow(r, typeof path === 'string' ? steps(path) : path));
    return end.whole && (!value.length || equals(end.value, value[0]));
  },
  toThrow(c, r, e) {
    const thrown = (c.found = thrownBy(c, r));
    if (e === undefined) return !!thrown;
    if (typeof e === 'function') return !!thrown && thrown.value instanceof e;
    if (typeof e === 'string') return !!thrown && thrown.message.includes(e);
    need(typeof e === 'object' && e !== null, c, 'expected', e, 'must be a string or regular expression or class or error');
    if (typeof e.test === 'function') return !!thrown && e.test(thrown.message);
    if (typeof e.asymmetricMatch === 'function') return !!thrown && e.asymmetricMatch(thrown.value);
    if (!thrown || thrown.message !== e.message || !equals(thrown.value && thrown.value.cause, e.cause)) return false;
    const special = thrown.isError && e instanceof Error && e.constructor !== Error;
    return !special || thrown.value instanceof (e.constructor as any);
  },

  toHaveBeenCalled: (c, r, e) => (alone(c, e), mocked(c, r).calls.length > 0),
  toHaveBeenCalledTimes: (c, r, e) => (count(c, e), mocked(c, r).calls.length === e),
  toHaveBeenCalledWith: (c, r, ...e) => mocked(c, r).calls.some((call: unknown[]) => sameCall(call, e)),
  toHaveBeenLastCalledWith: (c, r, ...e) => sameCall(mocked(c, r).lastCall, e),
  toHaveBeenNthCalledWith: (c, r, n, ...e) => (mocked(c, r), nth(c, n), sameCall(r.mock.calls[n - 1], e)),
  toHaveReturned: (c, r, e) => (alone(c, e), returns(returner(c, r)) > 0),
  toHaveReturnedTimes: (c, r, e) => (count(c, e), returns(returner(c, r)) === e),
  toHaveReturnedWith: (c, r, e) => returner(c, r).results.some((result: unknown) => sameReturn(result, e)),
  toHaveLastReturnedWith: (c, r, e) => sameReturn(returner(c, r).results[r.mock.results.length - 1], e),
  toHaveNthReturnedWith: (c, r, n, e) => (returner(c, r), nth(c, n), sameReturn(r.mock.results[n - 1], e)),

  toMatchSnapshot: (c) => snapshot(c),
  toMatchInlineSnapshot: (c) => snapshot(c),
  toThrowErrorMatchingSnapshot: (c) => snapshot(c),
});

function snapshot(c: Context): never {
  throw new Error(`${c.name}: qinghost 不支持快照, 请用 toEqual 或 toMatchObject 写明期望的值`);
}

/** The steps of a path such as "rooms[0].name". */
function steps(path: string): string[] {
  const found = path.match(/[^.[\]]+|(?=\.(?:\.|$))/g) || [];
  return path === '' || path[0] === '.' ? ['', ...found] : found;
}

/** Where a path leads: the value there, or the last object on the way. A property that is there may be undefined. */
function follow(from: any, path: PropertyKey[]): { value: any; traversed: PropertyKey[]; whole: boolean } {
  const traversed: PropertyKey[] = [];
  let at = from;
  for (let i = 0; i < path.length; i++) {
    const key = path[i];
    const next = at[key];
    const object = typeof at === 'object' || typeof at === 'function';
    const there = i < path.length - 1 ? exists(next) : next !== undefined || (object && key in at);
    if (!there) return { value: at, traversed, whole: false };
    traversed.push(key);
    at = next;
  }
  return { value: at, traversed, whole: true };
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch (_) {
    return failures().stringify(value); // it has no toString
  }
}

/** What the received function throws; null when nothing. After .rejects the received value is what was thrown. */
function thrownBy(c: Context, received: any): any {
  const seen = (value: any) => {
    const hasMessage = exists(value) && typeof value.message === 'string';
    const isError = hasMessage && typeof value.name === 'string' && typeof value.stack === 'string';
    return { value, hasMessage, isError, message: hasMessage ? value.message : textOf(value) };
  };
  if (c.promise && received instanceof Error) return seen(received);
  if (typeof received !== 'function') {
    need(c.promise, c, 'received', received, 'must be a function');
    return null;
  }
  try {
    received();
  } catch (error) {
    return seen(error);
  }
  return null;
}
