import { equals, inherits, keysOf } from './core';
import { compare } from './diff';
import { shown, stringify, typeOf } from './format';
import type { Context } from '../matchers';

/** What stands under the headline. `not` is the word that negates, or empty. */
interface Failed {
  c: Context;
  r: any;
  e: any;
  not: string;
}

type Text = string | { text: string; diff?: string };

/** Labels of one width, each with its value. */
function columns(...lines: [label: string, value: string][]): string {
  const width = Math.max(...lines.map(([label]) => label.length)) + 2;
  return lines.map(([label, value]) => (label + ':').padEnd(width) + value).join('\n');
}

const received = ({ r }: Failed): string => `Received: ${shown(r)}`;

/** What a matcher that should not have passed was given. */
function both({ e, r }: Failed): string {
  return `Expected: not ${shown(e)}\n${stringify(e) === stringify(r) ? '' : `Received:     ${shown(r)}`}`;
}

/** Two numbers; `sign` has the width that the received one is moved by. */
const ordered =
  (sign: string) =>
  ({ e, r, not }: Failed): string =>
    `Expected:${not && ' not'} ${sign} ${shown(e)}\nReceived:${not && '    '} ${' '.repeat(sign.length)} ${shown(r)}`;

/** Deep equality: the difference, or what was not expected. */
const deep = (failed: Failed): Text => (failed.not ? both(failed) : compare(failed.e, failed.r));

/** What one class is called, or that it has no name. */
function constructorLine(label: string, type: any, not = ''): string {
  if (typeof type.name !== 'string') return `${label} name is not a string`;
  return type.name ? `${label}: ${not}${type.name}` : `${label} name is an empty string`;
}

/** The class that was expected and the one that came. */
function constructors(e: any, value: any, not: string): string {
  const own = value !== null && value !== undefined && value.constructor;
  const lines = [constructorLine('Expected constructor', e, not && 'not ')];
  if (typeof own !== 'function') return lines[0] + '\n';
  if (!not) lines.push(constructorLine('Received constructor', own));
  else if (own !== e) {
    const named = e.name && own.name;
    const far = Object.getPrototypeOf(own) === e ? 'extends' : 'extends … extends';
    lines.push(constructorLine('Received constructor', own, named && '    ') + (named ? ` ${far} ${e.name}` : ''));
  }
  return lines.join('\n') + '\n';
}

function thrown({ c, e, not }: Failed): Text {
  const got = c.found;
  const no = not && 'not ';
  const silent = '\nReceived function did not throw';
  const value = (label: string, pad: number) => (got.isError ? '' : label.padEnd(pad) + shown(got.value));
  const message = (label: string, pad: number) =>
    got.hasMessage ? label.padEnd(pad) + shown(got.message) : value('Received value:', pad);
  if (e === undefined) {
    if (!got) return silent.trim();
    const name = got.isError ? `Error name:    ${shown(got.value.name)}\n` : '';
    return got.hasMessage ? `${name}Error message: ${shown(got.message)}` : value('Thrown value:', 14);
  }
  if (typeof e === 'function') {
    if (!got) return constructorLine('Expected constructor', e) + '\n' + silent;
    return `${constructors(e, got.value, not)}\n${message('Received message:', 18)}`.replace(/(Received value:) +/, '$1 ');
  }
  const kind = typeof e === 'string' ? 'substring' : typeof e.test === 'function' ? 'pattern' : '';
  if (kind) {
    const label = `Expected ${kind}: ${no}`;
    return `${label}${shown(e)}\n${got ? message('Received message:', label.length) : silent}`;
  }
  if (typeof e.asymmetricMatch === 'function') {
    const name = got && got.isError ? `Received name:    ${shown(got.value.name)}\n` : '';
    const came = !got
      ? silent.trim()
      : got.hasMessage
        ? `${name}Received message: ${shown(got.message)}`
        : value('Thrown value:', 14);
    return `Expected asymmetric matcher: ${no}${shown(e)}\n\n${came}`;
  }
  const part = e.cause === undefined ? 'message' : 'message and cause';
  const wanted = e.cause === undefined ? e.message : `${e.message} (${String(e.cause)})`;
  if (not) return `Expected ${part}: not ${shown(wanted)}`;
  if (!got) return `Expected ${part}: ${shown(wanted)}\n${silent}`;
  if (!got.hasMessage) return `Expected ${part}: ${shown(wanted)}\n${value('Received value:', 18)}`;
  const cause = got.value.cause === undefined ? '' : ` (${String(got.value.cause)})`;
  return compare(wanted, got.message + cause, `Expected ${part}`, `Received ${cause ? 'message and cause' : 'message'}`);
}

function contained(failed: Failed): string {
  const { c, e, r, not } = failed;
  const text = typeof r === 'string';
  const own = columns(
    [text ? 'Expected substring' : 'Expected value', (not && 'not ') + shown(e)],
    [
      text ? 'Received string' : `Received ${typeOf(r)}`,
      (not && '    ') + (not && Array.isArray(r) ? `[${r.map((item) => stringify(item)).join(', ')}]` : shown(r)),
    ],
  );
  if (text || not || c.name !== 'toContain' || !Array.from(r).some((item) => equals(item, e))) return own;
  return `${own}\n\nLooks like you wanted to test for object/array equality with the stricter \`toContain\` matcher. You probably need to use \`toContainEqual\` instead.`;
}

function property({ c, not }: Failed): Text {
  const [path, ...value] = c.args as any[];
  const { traversed, whole, value: found } = c.found;
  if (not) {
    if (!value.length) return `Expected path: not ${shown(path)}\n\nReceived value: ${shown(found)}`;
    const same = stringify(value[0]) === stringify(found);
    return `Expected path: ${shown(path)}\n\nExpected value: not ${shown(value[0])}${same ? '' : `\nReceived value:     ${shown(found)}`}`;
  }
  if (whole) {
    const { text, diff } = compare(value[0], found, 'Expected value', 'Received value');
    return { text: `Expected path: ${shown(path)}\n\n${text}`, diff };
  }
  const went = Array.isArray(path) || !traversed.length ? traversed : traversed.join('.');
  const wanted = value.length ? `Expected value: ${shown(value[0])}\n` : '';
  return `Expected path: ${shown(path)}\nReceived path: ${shown(went)}\n\n${wanted}Received value: ${shown(found)}`;
}

function closeTo({ c, e, r, not }: Failed): string {
  const digits = c.args.length > 1 ? (c.args[1] as number) : 2;
  const most = Math.pow(10, -digits) / 2;
  const gap = e === r ? 0 : Math.abs(e - r);
  if (not && !gap) return `Expected: not ${shown(e)}\n`;
  const limit = /e/.test(String(gap))
    ? most.toExponential(0)
    : digits >= 0 && digits < 20
      ? most.toFixed(digits + 1)
      : stringify(most);
  const pad = not && '    ';
  return `${columns(['Expected', (not && 'not ') + shown(e)], ['Received', pad + shown(r)])}\n
Expected precision:  ${pad}  ${digits}\nExpected difference: ${not && 'not '}< ${limit}\nReceived difference: ${pad}  ${stringify(gap)}`;
}

/** The part of what was received that toMatchObject looks at, so that the diff shows nothing else. */
function subsetOf(object: any, subset: any, seen: Map<unknown, unknown>): any {
  if (Array.isArray(object)) {
    if (!Array.isArray(subset) || subset.length !== object.length) return object;
    return subset.map((item, i) => subsetOf(object[i], item, seen));
  }
  const parts = (value: any) => typeof value === 'object' && value !== null;
  if (object instanceof Date || !parts(object) || !parts(subset)) return object;
  if (equals(object, subset, { subset: true })) return subset;
  const trimmed: any = {};
  seen.set(object, trimmed);
  for (const key of keysOf(object)) {
    if (!inherits(subset, key)) continue;
    trimmed[key] = seen.has(object[key]) ? seen.get(object[key]) : subsetOf(object[key], subset[key], seen);
  }
  return keysOf(trimmed).length ? trimmed : object;
}

/** What each matcher says below its headline. */
export const messages: { [name: string]: (failed: Failed) => Text } = {
  toBe(failed) {
    const { e, r, not } = failed;
    if (not) return `Expected: not ${shown(e)}`;
    const type = typeOf(e);
    const deeper =
      type === 'map' || type === 'set'
        ? ''
        : equals(r, e, { strict: true, types: true })
          ? 'toStrictEqual'
          : equals(r, e)
            ? 'toEqual'
            : '';
    const { text, diff } = compare(e, r);
    return { text: (deeper && `If it should pass with deep equality, replace "toBe" with "${deeper}"\n\n`) + text, diff };
  },
  toEqual: deep,
  toStrictEqual: deep,
  toMatchObject: (failed) => (failed.not ? both(failed).trim() : compare(failed.e, subsetOf(failed.r, failed.e, new Map()))),
  toBeDefined: received,
  toBeUndefined: received,
  toBeNull: received,
  toBeNaN: received,
  toBeTruthy: received,
  toBeFalsy: received,
  toBeGreaterThan: ordered('>'),
  toBeGreaterThanOrEqual: ordered('>='),
  toBeLessThan: ordered('<'),
  toBeLessThanOrEqual: ordered('<='),
  toBeCloseTo: closeTo,
  toBeInstanceOf({ e, r, not }) {
    const bare = Object(r) !== r || Object.getPrototypeOf(r) === null;
    if (!not && (bare || typeof r.constructor !== 'function')) {
      return `${constructorLine('Expected constructor', e)}\n\n${bare ? 'Received value has no prototype\n' : ''}Received value: ${shown(r)}`;
    }
    return constructors(e, r, not);
  },
  toMatch: ({ e, r, not }) => {
    const kind = typeof e === 'string' ? 'substring' : 'pattern';
    return columns([`Expected ${kind}`, (not && 'not ') + shown(e)], ['Received string', (not && '    ') + shown(r)]);
  },
  toContain: contained,
  toContainEqual: contained,
  toHaveLength: ({ e, r, not }) =>
    not
      ? columns(['Expected length', 'not ' + shown(e)], [`Received ${typeOf(r)}`, '    ' + shown(r)])
      : columns(['Expected length', shown(e)], ['Received length', shown(r.length)], [`Received ${typeOf(r)}`, shown(r)]),
  toHaveProperty: property,
  toThrow: thrown,
};
