import { shown, stringify, typeOf } from './format';
import type { Context } from '../matchers';

const COMMENTS: { [name: string]: string } = {
  toBe: 'Object.is equality',
  toEqual: 'deep equality',
  toStrictEqual: 'deep equality',
  toContainEqual: 'deep equality',
  toContain: 'indexOf',
};

/** The arguments of a matcher as its headline shows them. */
function argumentsOf({ name, args }: Context): string {
  if (/^toBe(Defined|Undefined|Null|NaN|Truthy|Falsy)$|^toHave(BeenCalled|Returned)$/.test(name)) return '';
  if (name === 'toThrow') return args[0] === undefined ? '' : 'expected';
  if (name === 'toBeCloseTo') return args.length > 1 ? 'expected, precision' : 'expected';
  if (name === 'toHaveProperty') return args.length > 1 ? 'path, value' : 'path';
  if (name === 'toHaveBeenNthCalledWith') return 'n, ...expected';
  if (name === 'toHaveNthReturnedWith') return 'n, expected';
  return /CalledWith$/.test(name) ? '...expected' : 'expected';
}

/** The headline of a message: `expect(received).not.toBe(expected) // Object.is equality`. */
export function hint(c: Context, received = 'received', expected = argumentsOf(c)): string {
  const comment = COMMENTS[c.name];
  return `expect(${received})${c.promise && '.' + c.promise}${c.isNot ? '.not' : ''}.${c.name}(${expected})${comment ? ' // ' + comment : ''}`;
}

/** The type and the value of what was given to a matcher wrongly. */
function described(label: string, value: unknown): string {
  const type = value === null || value === undefined ? '' : `${label} has type:  ${typeOf(value)}\n`;
  return `${type}${label} has value: ${label === 'n' ? stringify(value) : shown(value)}`;
}

/** The message of a matcher that was used wrongly. `should` is what the value must be; empty: not there at all. */
export function misuse(c: Context, side: 'received' | 'expected', value: unknown, should: string): string {
  const label = side === 'received' ? 'Received' : 'Expected';
  const error = (headline: string, text: string, detail: string) => `${headline}\n\nMatcher error: ${text}\n\n${detail}`;
  if (!should) return error(hint(c), 'this matcher must not have an expected argument', described('Expected', value));
  if (should === 'n') return error(hint(c), 'n must be a positive integer', described('n', value));
  if (c.name === 'toContain' && side === 'expected') {
    const received = c.received as string;
    return error(
      hint(c, received, String(value)),
      `expected value ${should}`,
      `${described('Expected', value)}\n${described('Received', received)}`,
    );
  }
  const promised = /^must be a promise/.test(should);
  const counted = /non-negative integer$/.test(should);
  const headline = promised
    ? hint({ ...c, isNot: c.isNot }, 'received', '')
    : hint(c, 'received', counted ? 'expected' : undefined);
  const plain = promised ? headline.replace(/ \/\/ .*$/, '') : headline;
  return error(plain, `${side} ${/^path/.test(should) ? '' : 'value '}${should}`, described(label, value));
}

/** The message of a promise that settled the other way. */
export function settledWrong(c: Context, value: unknown): string {
  const [was, should] = c.promise === 'resolves' ? ['rejected', 'resolved'] : ['resolved', 'rejected'];
  const headline = hint(c, 'received', '').replace(/ \/\/ .*$/, '');
  return `${headline}\n\nReceived promise ${was} instead of ${should}\n${was[0].toUpperCase() + was.slice(1)} to value: ${shown(value)}`;
}
