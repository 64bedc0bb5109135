import { keysOf } from './core';
import type { Asymmetric } from '../asymmetric';

/** How values are printed. */
interface Style {
  /** On one line, without the names of plain types. */
  min: boolean;
  /** What each level is indented by. */
  indent: string;
  depth: number;
  /** Items of a list. */
  width: number;
  /** Whether toJSON is asked. */
  json: boolean;
}

/** A value on one line, with the middle left out of what is very long. */
export function stringify(value: unknown, depth = 10, width = 10): string {
  let text: string;
  try {
    text = print(value, { min: true, indent: '', depth, width, json: true }, '', 0, []);
  } catch (_) {
    text = print(value, { min: true, indent: '', depth, width, json: false }, '', 0, []); // a toJSON threw
  }
  if (text.length < 10_000) return text;
  if (depth > 1) return stringify(value, Math.floor(depth / 2), width);
  return width > 1 ? stringify(value, depth, Math.floor(width / 2)) : text;
}

/** A value over many lines, as a diff shows it. */
export function pretty(value: unknown, indent = '  ', json = true): string {
  return print(value, { min: false, indent, depth: 20, width: Infinity, json }, '', 0, []);
}

/** What stringify gives, with the spaces at line ends made visible. */
export const shown = (value: unknown): string => stringify(value).replace(/\s+$/gm, (spaces) => '·'.repeat(spaces.length));

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

function print(value: any, style: Style, indent: string, depth: number, above: object[], fromJSON = false): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
      return String(value);
    case 'bigint':
      return value + 'n';
    case 'symbol':
      return String(value);
    case 'function':
      return `[Function ${value._isMockFunction ? value.getMockName() : value.name || 'anonymous'}]`;
  }
  if (value === null || value === undefined) return String(value);
  const below = (item: unknown, at: string) => print(item, style, at, depth + 1, above.concat([value]));
  const list = (open: string, lines: Iterable<(at: string) => string>, close: string) =>
    join(open, lines, close, style, indent);
  const deep = depth >= style.depth;
  if (typeof value.asymmetricMatch === 'function' && value.kind) return printMatcher(value, deep, below, list, indent);

  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === 'Error' || value instanceof Error) return `[${Error.prototype.toString.call(value)}]`;
  if (tag === 'Promise' || tag === 'WeakMap' || tag === 'WeakSet') return tag + ' {}';
  if (tag === 'Date') return isNaN(+value) ? 'Date { NaN }' : Date.prototype.toISOString.call(value);
  if (tag === 'RegExp') return RegExp.prototype.toString.call(value);
  if (above.indexOf(value) >= 0) return '[Circular]';
  if (style.json && !deep && !fromJSON && typeof value.toJSON === 'function') {
    return print(value.toJSON(), style, indent, depth + 1, above.concat([value]), true);
  }
  const name = (typeof value.constructor === 'function' && value.constructor.name) || 'Object';
  if (tag === 'Array' || tag === 'Arguments' || tag === 'ArrayBuffer' || ArrayBuffer.isView(value)) {
    if (deep) return `[${name}]`;
    return list(style.min ? '[' : (tag === 'Arguments' ? tag : name) + ' [', items(value, style.width, below), ']');
  }
  if (tag === 'Map' || tag === 'Set') {
    if (deep) return `[${tag}]`;
    const entries: any[] = Array.from(value);
    const entry = (one: any) => (at: string) =>
      tag === 'Map' ? `${below(one[0], at)} => ${below(one[1], at)}` : below(one, at);
    return list(tag + ' {', cut(entries.map(entry), style.width), '}');
  }
  if (deep) return `[${name}]`;
  return list(style.min ? '{' : name + ' {', properties(value, below), '}');
}

type Below = (item: unknown, at: string) => string;
type Line = (at: string) => string;

/** The properties of an object, by name; those named by symbols last. */
function properties(value: any, below: Below): Line[] {
  const keys = keysOf(value);
  const names: PropertyKey[] = keys.filter((key) => typeof key === 'string').sort();
  return names.concat(keys.filter((key) => typeof key === 'symbol')).map((key) => (at) => {
    return `${typeof key === 'string' ? quote(key) : String(key)}: ${below(value[key], at)}`;
  });
}

/** The items of a list, of which holes are empty. */
function items(value: any, width: number, below: Below): Line[] {
  const bytes: any =
    value instanceof ArrayBuffer
      ? new Int8Array(value)
      : value instanceof DataView
        ? new Int8Array(value.buffer, value.byteOffset, value.byteLength)
        : value;
  const lines: Line[] = [];
  for (let i = 0; i < bytes.length && i <= width; i++) lines.push((at) => (i in bytes ? below(bytes[i], at) : ''));
  return cut(lines, width);
}

const cut = (lines: Line[], width: number): Line[] => (lines.length > width ? [...lines.slice(0, width), () => '…'] : lines);

function join(open: string, lines: Iterable<Line>, close: string, style: Style, indent: string): string {
  const inner = indent + style.indent;
  const texts = Array.from(lines, (line) => line(inner));
  if (!texts.length) return open + close;
  if (style.min) return open + texts.join(', ') + close;
  const end = texts[texts.length - 1] === '…' ? '' : ',';
  return `${open}\n${texts.map((text) => inner + text).join(',\n')}${end}\n${indent}${close}`;
}

/** An asymmetric matcher as Jest shows it. */
function printMatcher(
  matcher: Asymmetric,
  deep: boolean,
  below: Below,
  list: (open: string, lines: Line[], close: string) => string,
  indent: string,
): string {
  const { kind, sample, inverse } = matcher;
  const name = !inverse ? kind : kind === 'ArrayOf' ? 'NotArrayOf' : kind.replace(/Containing|Matching|CloseTo/, 'Not$&');
  switch (kind) {
    case 'Anything':
      return kind;
    case 'Any':
      return `Any<${sample.name || '<anonymous>'}>`;
    case 'ArrayContaining':
      return deep ? `[${name}]` : list(name + ' [', items(sample, Infinity, below), ']');
    case 'ObjectContaining':
      return deep ? `[${name}]` : list(name + ' {', properties(sample, below), '}');
    case 'ArrayOf':
      return deep ? `[${name}]` : `${name} ${below(sample, indent)}`;
    case 'StringContaining':
    case 'StringMatching':
      return `${name} ${below(sample, indent)}`;
    case 'NumberCloseTo':
      return `${name} ${sample} (${matcher.detail} digit${matcher.detail === 1 ? '' : 's'})`;
  }
  return `${inverse ? 'not.' : ''}${kind}<${sample.map(String).join(', ')}>`;
}

const NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve thirteen'.split(' ');
export const plural = (word: string, count: number): string => `${NUMBERS[count] || count} ${word}${count === 1 ? '' : 's'}`;

/** The type of a value as messages name it. */
export function typeOf(value: any): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') return typeof value;
  for (const type of [RegExp, Map, Set, Date]) if (value instanceof type) return type.name.toLowerCase();
  return 'object';
}
