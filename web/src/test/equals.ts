/** How two values are compared; the default is Jest's toEqual. */
export interface How {
  /** Undefined properties and holes count. */
  strict?: boolean;
  /** Constructors must be the same. */
  types?: boolean;
  /** Plain objects of the expected side may name fewer properties. */
  subset?: boolean;
}

export const STRICT: How = { strict: true, types: true };
export const SUBSET: How = { subset: true };

/** Deep equality by Jest's rules, with asymmetric matchers on either side. */
export function equals(a: unknown, b: unknown, how: How = {}): boolean {
  return compare(a, b, how, [], []);
}

export function isAsymmetric(value: any): boolean {
  return !!value && typeof value.asymmetricMatch === 'function';
}

/** The object's own enumerable keys, symbols included. */
export function keysOf(object: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(object);
  const keys: PropertyKey[] = Object.keys(object);
  return symbols.length ? keys.concat(symbols.filter((s) => hasKey(object, s))) : keys;
}

export function hasKey(object: any, key: PropertyKey): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value);

/** as and bs are the objects that a and b stand in, outermost first: how a cycle is found. */
function compare(a: any, b: any, how: How, as: unknown[], bs: unknown[]): boolean {
  const left = isAsymmetric(a);
  if (left !== isAsymmetric(b)) return left ? a.asymmetricMatch(b) : b.asymmetricMatch(a);
  if (how.types && !sameType(a, b)) return false;
  if (a instanceof Error && b instanceof Error) return a.message === b.message;
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  const tag = tagOf(b);
  const partial = how.subset && tag === '[object Object]';
  if (!partial && tag !== tagOf(a)) return false;
  switch (tag) {
    case '[object Boolean]':
    case '[object String]':
    case '[object Number]':
      return Object.is(a.valueOf(), b.valueOf());
    case '[object Date]':
      return +a === +b;
    case '[object RegExp]':
      return a.source === b.source && a.flags === b.flags;
    case '[object URL]':
      return a.href === b.href;
    case '[object ArrayBuffer]':
      return sameBytes(new DataView(a), new DataView(b));
    case '[object DataView]':
      return sameBytes(a, b);
  }
  for (let i = as.length; i--; ) {
    if (as[i] === a) return bs[i] === b;
    if (bs[i] === b) return false;
  }
  as.push(a);
  bs.push(b);
  const same = partial
    ? keysOf(b).every((key) => inherits(a, key) && compare(a[key], b[key], how, as, bs))
    : iterable(a) && iterable(b)
      ? sameItems(a, b, how, as, bs)
      : sameProperties(a, b, how.types && Array.isArray(a) ? { ...how, strict: true } : how, as, bs);
  as.pop();
  bs.pop();
  return same;
}

function sameType(a: any, b: any): boolean {
  return (
    a === null ||
    b === null ||
    a === undefined ||
    b === undefined ||
    a.constructor === b.constructor ||
    (Array.isArray(a) && Array.isArray(b))
  );
}

function sameBytes(a: DataView, b: DataView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  for (let i = 0; i < a.byteLength; i++) if (a.getUint8(i) !== b.getUint8(i)) return false;
  return true;
}

/** Whether the object or one of its prototypes, short of Object's, has the key. */
export function inherits(object: any, key: PropertyKey): boolean {
  for (; object && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
    if (Object.prototype.hasOwnProperty.call(object, key)) return true;
  }
  return false;
}

/** Iterables but for arrays and typed arrays, which are compared by their properties. */
function iterable(value: any): boolean {
  return !Array.isArray(value) && !ArrayBuffer.isView(value) && typeof value[Symbol.iterator] === 'function';
}

function sameItems(a: any, b: any, how: How, as: unknown[], bs: unknown[]): boolean {
  if (a.constructor !== b.constructor || a.size !== b.size) return false;
  const inner = how.strict ? { ...how, strict: false } : how; // as Jest has it
  const same = (x: unknown, y: unknown) => compare(x, y, inner, as, bs);
  const left: any[] = Array.from(a);
  const right: any[] = Array.from(b);
  const tag = tagOf(a);
  if (tag === '[object Set]') return left.every((x) => b.has(x) || right.some((y) => same(x, y)));
  if (tag === '[object Map]') {
    return left.every(([k, v]) => (b.has(k) && same(v, b.get(k))) || right.some(([l, w]) => same(k, l) && same(v, w)));
  }
  if (left.length !== right.length || !left.every((x, i) => same(x, right[i]))) return false;
  return sameProperties(a, b, {}, as, bs);
}

function sameProperties(a: any, b: any, how: How, as: unknown[], bs: unknown[]): boolean {
  const left = keysOf(a);
  const right = keysOf(b);
  if (how.strict && (left.length !== right.length || (Array.isArray(a) && a.length !== b.length))) return false;
  // Missing is as good as undefined, and an asymmetric matcher may want undefined.
  const optional = (value: unknown) => !how.strict && (value === undefined || isAsymmetric(value));
  for (const key of left) {
    if (!hasKey(b, key) && !optional(a[key])) return false;
    if (!compare(a[key], b[key], how, as, bs)) return false;
  }
  if (how.strict) return true;
  for (const key of right) {
    if (!hasKey(a, key) && (!optional(b[key]) || !compare(a[key], b[key], how, as, bs))) return false;
  }
  return true;
}
