import { equals } from './core';
import { diffable, diffValues } from './diff';
import { shown, stringify } from './format';
import { isAsymmetric } from './core';
import type { Context } from '../matchers';

interface Result {
  type: string;
  value: unknown;
}

/** Calls or results that are shown, with their numbers from 0. */
type Shown<T> = [number, T][];

/** At most so many calls are shown. */
const MOST = 3;

const sameCall = (expected: unknown[], call: unknown[]): boolean =>
  call.length === expected.length && equals(expected, call);
const sameResult = (expected: unknown, result: Result): boolean =>
  result.type === 'return' && equals(expected, result.value);

const list = (args: unknown[]): string => (args.length ? args.map(shown).join(', ') : 'called with 0 arguments');
const printResult = (result: Result): string =>
  result.type === 'throw'
    ? 'function call threw an error'
    : result.type === 'incomplete'
      ? 'function call has not returned yet'
      : shown(result.value);

/** The lines of some calls: numbered, the one that is meant with an arrow. */
function numbered<T>(label: string, shownCalls: Shown<T>, meant: number | undefined, print: (call: T) => string): string {
  const column = label.indexOf(':');
  const lines = shownCalls.map(([i, call]) => {
    const number = String(i + 1);
    const margin = i === meant ? '->'.padEnd(column - number.length) : ' '.repeat(column - number.length);
    return margin + number + label.slice(column) + print(call) + '\n';
  });
  return label.replace(':', '').trim() + '\n' + lines.join('');
}

function some<T>(
  label: string,
  shownCalls: Shown<T>,
  total: number,
  meant: number | undefined,
  print: (call: T) => string,
): string {
  if (!shownCalls.length) return '';
  if (total === 1 && (meant === 0 || meant === undefined)) return label + print(shownCalls[0][1]) + '\n';
  return numbered(label, shownCalls, meant, print);
}

const comparable = (expected: unknown, received: unknown): boolean =>
  diffable(expected, received) && !isAsymmetric(expected);

/** The arguments of a call beside the expected ones, line by line; undefined where a list of each says as much. */
function diffCall(expected: unknown[], received: unknown[]): string | undefined {
  if (!expected.some((arg, i) => i < received.length && comparable(arg, received[i]))) return undefined;
  const lines = ['- Expected', '+ Received', ''];
  for (let i = 0; i < Math.max(expected.length, received.length); i++) {
    if (i < expected.length && i < received.length) {
      if (equals(expected[i], received[i])) {
        lines.push(`  ${stringify(received[i])},`);
        continue;
      }
      const diff = comparable(expected[i], received[i]) && diffValues(expected[i], received[i]);
      if (diff) {
        lines.push(diff.split('\n').slice(3).join('\n') + ',');
        continue;
      }
    }
    if (i < expected.length) lines.push(`- ${stringify(expected[i])},`);
    if (i < received.length) lines.push(`+ ${stringify(received[i])},`);
  }
  return lines.join('\n') + '\n';
}

/** The entry that is meant, with its neighbours or, nearer to what was wanted, the nearest that are as expected. */
function around<T>(all: T[], at: number, fits: (one: T) => boolean, pass: boolean, after: boolean): Shown<T> {
  const rows: Shown<T> = [];
  const take = (from: number, step: number) => {
    if (!(from in all)) return;
    let i = from;
    while (!pass && i in all && !fits(all[i])) i += step;
    if (!(i in all)) i = from;
    rows.push([i, all[i]]);
  };
  if (at >= all.length) {
    take(all.length - 1, -1);
    return rows;
  }
  take(at - 1, -1);
  if (at in all) rows.push([at, all[at]]);
  if (after) take(at + 1, 1);
  return rows;
}

function first<T>(all: T[], wanted: (one: T) => boolean): Shown<T> {
  const rows: Shown<T> = [];
  all.forEach((one, i) => {
    if (rows.length < MOST && wanted(one)) rows.push([i, one]);
  });
  return rows;
}

/** What the matchers of fn() say below their headline. */
export function explainCalls(c: Context, pass: boolean): string {
  const mock = (c.received as any).mock as { calls: unknown[][]; results: Result[] };
  const { calls, results } = mock;
  const returned = results.filter((result) => result.type === 'return').length;
  const [expected] = c.args as any[];
  const totals = (kind: string, wanted: string, count: number, pad = '') =>
    `Expected number of ${kind}: ${wanted}\nReceived number of ${kind}: ${pad}${shown(count)}`;
  const more = (label: string) => (calls.length === returned ? '' : `${label}${shown(calls.length)}`);
  switch (c.name) {
    case 'toHaveBeenCalled':
      if (!pass) return totals('calls', '>= 1', calls.length, '   ');
      return `${totals('calls', '0', calls.length)}\n\n${calls
        .slice(0, MOST)
        .map((args, i) => `${i + 1}: ${list(args)}`)
        .join('\n')}`;
    case 'toHaveBeenCalledTimes':
      return pass ? `Expected number of calls: not ${shown(expected)}` : totals('calls', shown(expected), calls.length);
    case 'toHaveReturned':
      if (!pass) return totals('returns', '>= 1', returned, '   ') + more('\nReceived number of calls:      ');
      return `${totals('returns', '0', returned)}\n\n${first(results, (r) => r.type === 'return')
        .map(([i, r]) => `${i + 1}: ${shown(r.value)}`)
        .join('\n')}${more('\n\nReceived number of calls:   ')}`;
    case 'toHaveReturnedTimes':
      if (pass) return `Expected number of returns: not ${shown(expected)}${more('\n\nReceived number of calls:       ')}`;
      return totals('returns', shown(expected), returned) + more('\nReceived number of calls:   ');
  }
  return /Returned/.test(c.name) ? explainReturns(c, pass, calls, results, returned) : explainArguments(c, pass, calls);
}

function explainArguments(c: Context, pass: boolean, calls: unknown[][]): string {
  const nth = c.name === 'toHaveBeenNthCalledWith';
  const expected = nth ? c.args.slice(1) : (c.args as unknown[]);
  const meant = nth ? (c.args[0] as number) - 1 : c.name === 'toHaveBeenLastCalledWith' ? calls.length - 1 : undefined;
  const fits = (call: unknown[]) => sameCall(expected, call);
  const rows = meant === undefined ? first(calls, pass ? fits : () => true) : around(calls, meant, fits, pass, nth);
  const head = nth ? `n: ${c.args[0]}\n` : '';
  const end = `\nNumber of calls: ${calls.length}`;
  if (pass) {
    const same = calls.length === 1 && stringify(calls[0]) === stringify(expected);
    return `${head}Expected: not ${list(expected)}\n${same ? '' : some('Received:     ', rows, calls.length, meant, list)}${end}`;
  }
  const only = calls.length === 1 && (meant === undefined || meant === 0);
  const diff = only ? diffCall(expected, calls[0]) : undefined;
  if (diff) return head + diff + end;
  const shownCall = (call: unknown[]) => {
    const difference = meant === undefined || call === calls[meant] ? diffCall(expected, call) : undefined;
    return difference
      ? '\n' +
          difference
            .trim()
            .split('\n')
            .slice(3)
            .map((line) => ' '.repeat(8) + line)
            .join('\n')
      : list(call);
  };
  return `${head}Expected: ${list(expected)}\n${some('Received: ', rows, calls.length, meant, shownCall).replace(/: \n/g, '\n')}${end}`;
}

function explainReturns(c: Context, pass: boolean, calls: unknown[][], results: Result[], returned: number): string {
  const nth = c.name === 'toHaveNthReturnedWith';
  const expected = nth ? c.args[1] : c.args[0];
  const meant = nth ? (c.args[0] as number) - 1 : c.name === 'toHaveLastReturnedWith' ? results.length - 1 : undefined;
  const fits = (result: Result) => sameResult(expected, result);
  const rows = meant === undefined ? first(results, pass ? fits : () => true) : around(results, meant, fits, pass, nth);
  const end = `\nNumber of returns: ${returned}${calls.length === returned ? '' : `\nNumber of calls:   ${calls.length}`}`;
  const same = pass && results.length === 1 && stringify(results[0].value) === stringify(expected);
  const label = pass ? 'Received:     ' : 'Received: ';
  return `${nth ? `n: ${c.args[0]}\n` : ''}Expected: ${pass ? 'not ' : ''}${shown(expected)}\n${same ? '' : some(label, rows, results.length, meant, printResult)}${end}`;
}
