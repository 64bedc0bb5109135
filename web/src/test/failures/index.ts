/*
 * How an expectation failed: what the first bundle loads at the first failure. Messages follow Jest's, without colours.
 */
import { equals } from './core';
import { explainCalls } from './calls';
import { compare, diffValues } from './diff';
import { plural, pretty, shown, stringify } from './format';
import { hint, misuse, settledWrong } from './hint';
import { messages } from './messages';
import type { Context } from '../matchers';
import type { MatcherResult } from '../expect';

/** The message and the parts of a failure. */
function explain(c: Context, pass: boolean): MatcherResult {
  const r = c.received as any;
  const [e] = c.args;
  const result: MatcherResult = { name: c.name, pass, message: '' };
  const plain = messages[c.name];
  if (!plain) {
    result.message = `${hint(c, r.getMockName())}\n\n${explainCalls(c, pass)}`;
    return result;
  }
  const told = plain({ c, r, e, not: c.isNot ? 'not' : '' });
  result.message = `${hint(c)}\n\n${typeof told === 'string' ? told : told.text}`;
  if (c.args.length === 1 && !c.isNot && c.name !== 'toThrow' && c.name !== 'toHaveProperty') {
    result.expected = pretty(e);
    result.actual = pretty(r);
  }
  if (typeof told !== 'string') result.diff = told.diff;
  return result;
}

/** The message of expect.assertions, or of expect.hasAssertions where no number is wanted. */
function missed(wanted: number | undefined, got: number): string {
  if (wanted === undefined)
    return 'expect.hasAssertions()\n\nExpected at least one assertion to be called but received none.';
  return `expect.assertions(${wanted})\n\nExpected ${plural('assertion', wanted)} to be called but received ${plural('assertion call', got)}.`;
}

/** What the matchers of expect.extend find as this.utils. */
const utils = {
  stringify,
  printExpected: shown,
  printReceived: shown,
  diff: (a: unknown, b: unknown) => diffValues(a, b) || null,
  printDiffOrStringify: (e: unknown, r: unknown, el?: string, rl?: string) => compare(e, r, el, rl).text,
  matcherHint: (name: string, received?: string, expected = 'expected', options: any = {}) =>
    hint(
      { name, isNot: !!options.isNot, promise: options.promise || '', received: undefined, args: [] },
      received,
      expected,
    ),
  iterableEquality: () => undefined,
  equals,
};

const failures = { explain, misuse, missed, settledWrong, stringify, utils };
export type Failures = typeof failures;

/** What the first bundle gets. */
declare const OUT: object;
Object.assign(OUT, failures);
