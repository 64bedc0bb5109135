import { equals, keysOf } from './equals';

/** A value that stands for many: expect.any(String) and its like. */
export class Asymmetric {
  constructor(
    /** Any, Anything, ArrayContaining …, or the name of a matcher of expect.extend. */
    public kind: string,
    public sample: any,
    public inverse: boolean,
    private matches: (other: any) => boolean,
    /** More that is printed: the digits of closeTo. */
    public detail?: any,
  ) {}
  asymmetricMatch(other: unknown): boolean {
    return this.matches(other) !== this.inverse;
  }
}

const isString = (value: unknown): boolean => typeof value === 'string' || value instanceof String;

function anything(): Asymmetric {
  return new Asymmetric('Anything', undefined, false, (other) => other !== null && other !== undefined);
}

function any(type: any): Asymmetric {
  if (type === undefined) {
    throw new TypeError(
      'any() expects to be passed a constructor function. Please pass one or use anything() to match any object.',
    );
  }
  const named =
    typeof type === 'function' && [String, Number, Boolean, Function, Symbol, globalThis.BigInt].indexOf(type) >= 0;
  return new Asymmetric('Any', type, false, (other) => {
    if (named && typeof other === type.name.toLowerCase()) return true;
    if (type === Object) return typeof other === 'object';
    return type === Array ? Array.isArray(other) : other instanceof type;
  });
}

/** The matchers that `expect` and `expect.not` both have. */
export function asymmetric(inverse: boolean) {
  const make = (kind: string, sample: unknown, matches: (other: any) => boolean, detail?: unknown) =>
    new Asymmetric(kind, sample, inverse, matches, detail);
  return {
    arrayContaining(sample: unknown[]) {
      return make('ArrayContaining', sample, (other) => {
        if (!Array.isArray(sample))
          throw new TypeError(`You must provide an array to ArrayContaining, not '${typeof sample}'.`);
        return !sample.length || (Array.isArray(other) && sample.every((item) => other.some((one) => equals(item, one))));
      });
    },
    arrayOf(sample: unknown) {
      return make('ArrayOf', sample, (other) => Array.isArray(other) && other.every((item) => equals(sample, item)));
    },
    objectContaining(sample: any) {
      return make('ObjectContaining', sample, (other) => {
        if (typeof sample !== 'object')
          throw new TypeError(`You must provide an object to ObjectContaining, not '${typeof sample}'.`);
        if (typeof other !== 'object' || Array.isArray(other)) return inverse; // never matches, nor does its inverse
        return keysOf(sample).every((key) => other && key in other && equals(sample[key], other[key]));
      });
    },
    stringContaining(sample: string) {
      if (!isString(sample)) throw new Error('Expected is not a string');
      return make('StringContaining', sample, (other) => isString(other) && other.includes(sample));
    },
    stringMatching(sample: string | RegExp) {
      if (!isString(sample) && !(sample instanceof RegExp)) throw new Error('Expected is not a String or a RegExp');
      const pattern = new RegExp(sample);
      return make('StringMatching', pattern, (other) => isString(other) && pattern.test(other));
    },
    closeTo(sample: number, precision = 2) {
      if (typeof sample !== 'number') throw new Error('Expected is not a Number');
      if (typeof precision !== 'number') throw new Error('Precision is not a Number');
      const close = (other: any) =>
        typeof other !== 'number' && !(other instanceof Number)
          ? inverse // never matches, nor does its inverse
          : other === sample || Math.abs(sample - (other as number)) < Math.pow(10, -precision) / 2;
      return make('NumberCloseTo', sample, close, precision);
    },
  };
}

export const unconditional = { any, anything };
