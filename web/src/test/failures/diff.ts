import { hasKey, isAsymmetric, keysOf } from './core';
import { pretty, shown, stringify, typeOf } from './format';

/** A step from the expected lines to the received ones. */
interface Edit {
  sign: ' ' | '-' | '+';
  line: string;
}

/** Equal lines that are shown around a change. */
const CONTEXT = 5;

/** Cells of the table beyond which lines are not aligned any more. */
const MOST_CELLS = 1_000_000;

/** The edits that lead from a to b, by their longest common subsequence; lines are compared by the keys. */
function edits(a: string[], b: string[], aKeys: string[], bKeys: string[]): Edit[] {
  let head = 0;
  while (head < a.length && head < b.length && aKeys[head] === bKeys[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && aKeys[a.length - 1 - tail] === bKeys[b.length - 1 - tail])
    tail++;
  const n = a.length - head - tail;
  const m = b.length - head - tail;
  const all: Edit[] = b.slice(0, head).map((line) => ({ sign: ' ', line }));
  // best[i][j] is the length of what the lines from i and from j on have in common.
  const wide = n * m > MOST_CELLS;
  const best: Uint16Array[] = [];
  for (let i = n; i >= 0 && !wide; i--) {
    best[i] = new Uint16Array(m + 1);
    for (let j = m - 1; j >= 0 && i < n; j--) {
      best[i][j] = aKeys[head + i] === bKeys[head + j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    if (!wide && i < n && j < m && aKeys[head + i] === bKeys[head + j]) {
      all.push({ sign: ' ', line: b[head + j] });
      i++;
      j++;
    } else if (i < n && (wide || j === m || best[i + 1][j] >= best[i][j + 1])) {
      all.push({ sign: '-', line: a[head + i++] });
    } else {
      all.push({ sign: '+', line: b[head + j++] });
    }
  }
  return all.concat(b.slice(b.length - tail).map((line) => ({ sign: ' ', line })));
}

/** Prints edits under the two labels; what is far from a change is left out. */
function render(all: Edit[], expected: string, received: string, placeholder = ''): string {
  const count = (sign: string) => String(all.filter((edit) => edit.sign === sign).length);
  const minus = count('-');
  const plus = count('+');
  const wide = Math.max(expected.length, received.length);
  const digits = Math.max(minus.length, plus.length);
  const label = (sign: string, text: string, n: string) => `${sign} ${text.padEnd(wide)}  ${sign} ${n.padStart(digits)}`;
  const lines = [label('-', expected, minus), label('+', received, plus), ''];

  const near = new Array(all.length).fill(false);
  all.forEach(({ sign }, i) => {
    if (sign !== ' ') near.fill(true, Math.max(0, i - CONTEXT), i + CONTEXT + 1);
  });
  const whole = near.indexOf(false) < 0;
  let a = 0;
  let b = 0;
  all.forEach(({ sign, line }, i) => {
    if (near[i] && !whole && !near[i - 1]) {
      let end = i;
      while (near[end]) end++;
      const part = all.slice(i, end);
      const size = (other: string) => part.filter((edit) => edit.sign !== other).length;
      lines.push(`@@ -${a + 1},${size('+')} +${b + 1},${size('-')} @@`);
    }
    if (sign !== '+') a++;
    if (sign !== '-') b++;
    if (!near[i]) return;
    const edge = i === 0 || i === all.length - 1;
    if (line || (edge && placeholder)) lines.push(`${sign} ${line || placeholder}`);
    else lines.push(sign.trim());
  });
  return lines.join('\n');
}

/** The difference of two printed values; undefined when they look the same. */
export function diffValues(
  expected: unknown,
  received: unknown,
  expectedLabel = 'Expected',
  receivedLabel = 'Received',
): string | undefined {
  const [left, right] = aligned(expected, received, []).map(sorted);
  for (const json of [true, false]) {
    try {
      const [a, b] = [pretty(left, '  ', json), pretty(right, '  ', json)];
      if (a === b) continue;
      const keys = (value: unknown) => pretty(value, '', json).split('\n');
      const text = render(edits(a.split('\n'), b.split('\n'), keys(left), keys(right)), expectedLabel, receivedLabel);
      if (json) return text;
      return `Compared values serialize to the same structure.\nPrinting internal object structure without calling \`toJSON\` instead.\n\n${text}`;
    } catch (_) {
      continue; // a toJSON threw
    }
  }
  return undefined;
}

/** A Map or Set in the order of its entries' texts: its own order does not count. */
function sorted(value: any): unknown {
  if (!(value instanceof Map) && !(value instanceof Set)) return value;
  const entries: any[] = Array.from(value as any);
  return new (value.constructor as any)(entries.sort());
}

/**
 * Copies of both values in which what an asymmetric matcher accepted is that matcher on either side, so that only what
 * differs shows.
 */
function aligned(expected: any, received: any, above: unknown[]): [unknown, unknown] {
  if (isAsymmetric(expected)) return expected.asymmetricMatch(received) ? [expected, expected] : [expected, received];
  if (isAsymmetric(received)) return received.asymmetricMatch(expected) ? [received, received] : [expected, received];
  const plain = (value: any) => Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
  if (
    !plain(expected) ||
    !plain(received) ||
    Array.isArray(expected) !== Array.isArray(received) ||
    above.indexOf(expected) >= 0
  ) {
    return [expected, received];
  }
  const copies = [expected, received].map((value) => {
    const copy: any = Array.isArray(value) ? new Array(value.length) : Object.create(Object.getPrototypeOf(value));
    for (const key of keysOf(value))
      Object.defineProperty(copy, key, { value: value[key], enumerable: true, writable: true, configurable: true });
    return copy;
  });
  let changed = false;
  for (const key of keysOf(expected)) {
    if (!hasKey(received, key) && !isAsymmetric(expected[key])) continue;
    const pair = aligned(expected[key], received[key], above.concat([expected]));
    if (pair[0] === expected[key] && pair[1] === received[key]) continue;
    [copies[0][key], copies[1][key]] = pair;
    changed = true;
  }
  return changed ? [copies[0], copies[1]] : [expected, received];
}

const multiline = (text: string): boolean => text.indexOf('\n') >= 0;

/** Whether two values are worth a diff: of the same type, and with parts. */
export function diffable(expected: any, received: any): boolean {
  const type = typeOf(expected);
  if (type !== typeOf(received) || ['array', 'map', 'set', 'object'].indexOf(type) < 0) return false;
  if (isAsymmetric(expected) && expected.kind !== 'ObjectContaining' && expected.sample !== Object) return false;
  return !(expected instanceof Error && received instanceof Error) && !isAsymmetric(received);
}

/** The two values: as a diff where they have parts, each on a line of its own otherwise. */
export function compare(
  expected: any,
  received: any,
  expectedLabel = 'Expected',
  receivedLabel = 'Received',
): { text: string; diff?: string } {
  if (typeof expected === 'string' && typeof received === 'string' && expected && received && expected !== received) {
    if (multiline(expected) || multiline(received)) {
      const [a, b] = [expected.split('\n'), received.split('\n')];
      const diff = render(edits(a, b, a, b), expectedLabel, receivedLabel, '↵');
      return { text: diff, diff };
    }
  } else if (diffable(expected, received)) {
    const diff = diffValues(expected, received, expectedLabel, receivedLabel);
    if (diff) return { text: diff, diff };
  }
  const column = Math.max(expectedLabel.length, receivedLabel.length) + 2;
  const same = stringify(expected) === stringify(received);
  return {
    text: `${(expectedLabel + ':').padEnd(column)}${shown(expected)}\n${(receivedLabel + ':').padEnd(column)}${same ? 'serializes to the same string' : shown(received)}`,
  };
}
