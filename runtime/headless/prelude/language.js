// What goja lacks of the language up to ES2025, as far as light apps and their libraries use it. Run for every page, so
// it only makes functions; what needs more is in programs of its own.
(function (native) {
  'use strict';
  const { define } = native;
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

  const callable = (fn, where) => {
    if (typeof fn !== 'function') throw new TypeError(`${where} 的参数应为函数`);
    return fn;
  };
  const close = (iterator) => {
    if (iterator.return) iterator.return();
  };
  const count = (n, where, iterator) => {
    const number = Number(n);
    if (number !== number || Math.trunc(number) < 0) {
      close(iterator);
      throw new RangeError(`${where} 的参数应为非负数`);
    }
    return Math.trunc(number);
  };
  // steps reads an iterator one by one with a for loop, and closes it when that ends early.
  const steps = (iterator) => {
    const { next } = iterator;
    const source = {
      [Symbol.iterator]: () => source,
      next() {
        return Reflect.apply(next, iterator, []);
      },
      return() {
        close(iterator);
        return {};
      },
    };
    return source;
  };
  const group = (items, key, add) => {
    let i = 0;
    for (const item of items) add(callable(key, 'groupBy')(item, i++), item);
  };

  define(Promise, {
    withResolvers() {
      let resolve, reject;
      const promise = new this((a, b) => {
        resolve = a;
        reject = b;
      });
      return { promise, resolve, reject };
    },
    try(fn, ...args) {
      return new this((resolve) => resolve(fn(...args)));
    },
  });
  define(Object, {
    groupBy(items, key) {
      const groups = Object.create(null);
      group(items, key, (k, item) => {
        k = typeof k === 'symbol' ? k : String(k);
        (groups[k] || (groups[k] = [])).push(item);
      });
      return groups;
    },
  });
  define(Map, {
    groupBy(items, key) {
      const groups = new Map();
      group(items, key, (k, item) => {
        const found = groups.get(k);
        if (found) found.push(item);
        else groups.set(k, [item]);
      });
      return groups;
    },
  });
  define(Array, {
    async fromAsync(items, map, thisArg) {
      if (map !== undefined) callable(map, 'Array.fromAsync');
      const result = typeof this === 'function' && this !== Array ? new this() : [];
      let i = 0;
      const add = async (value) => {
        result[i] = map ? await map.call(thisArg, value, i) : value;
        i++;
      };
      const method = items[Symbol.asyncIterator];
      if (method != null) {
        const iterator = method.call(items);
        for (let step; !(step = await iterator.next()).done; ) await add(step.value);
      } else {
        const list = items[Symbol.iterator] ? items : Array.from(items);
        for (const value of list) await add(await value);
      }
      result.length = i;
      return result;
    },
  });
  define(String.prototype, {
    isWellFormed() {
      return native.isWellFormed(String(this));
    },
    toWellFormed() {
      return native.wellFormed(String(this));
    },
    localeCompare(that, locales, options) {
      return native.collate(String(this), String(that), locales, options);
    },
  });
  define(iterators, {
    map(fn) {
      callable(fn, 'Iterator.prototype.map');
      return helper((function* (source) {
        let i = 0;
        for (const v of source) yield fn(v, i++);
      })(steps(this)));
    },
    filter(fn) {
      callable(fn, 'Iterator.prototype.filter');
      return helper((function* (source) {
        let i = 0;
        for (const v of source) if (fn(v, i++)) yield v;
      })(steps(this)));
    },
    take(n) {
      n = count(n, 'Iterator.prototype.take', this);
      return helper((function* (source, iterator) {
        if (n === 0) return close(iterator);
        let i = 0;
        for (const v of source) {
          yield v;
          if (++i >= n) return;
        }
      })(steps(this), this));
    },
    drop(n) {
      n = count(n, 'Iterator.prototype.drop', this);
      return helper((function* (source) {
        let i = 0;
        for (const v of source) if (i++ >= n) yield v;
      })(steps(this)));
    },
    flatMap(fn) {
      callable(fn, 'Iterator.prototype.flatMap');
      return helper((function* (source) {
        let i = 0;
        for (const v of source) yield* fn(v, i++);
      })(steps(this)));
    },
    reduce(fn, ...initial) {
      callable(fn, 'Iterator.prototype.reduce');
      let i = 0;
      let [all] = initial;
      for (const v of steps(this)) {
        if (i === 0 && !initial.length) all = v;
        else all = fn(all, v, i);
        i++;
      }
      if (i === 0 && !initial.length) throw new TypeError('Iterator.prototype.reduce: 没有元素, 也没有初值');
      return all;
    },
    toArray() {
      return [...steps(this)];
    },
    forEach(fn) {
      callable(fn, 'Iterator.prototype.forEach');
      let i = 0;
      for (const v of steps(this)) fn(v, i++);
    },
    some(fn) {
      callable(fn, 'Iterator.prototype.some');
      let i = 0;
      for (const v of steps(this)) if (fn(v, i++)) return true;
      return false;
    },
    every(fn) {
      callable(fn, 'Iterator.prototype.every');
      let i = 0;
      for (const v of steps(this)) if (!fn(v, i++)) return false;
      return true;
    },
    find(fn) {
      callable(fn, 'Iterator.prototype.find');
      let i = 0;
      for (const v of steps(this)) if (fn(v, i++)) return v;
    },
  });
  const helper = (generator) => generator;

  // -- regular expressions: see regexp.go

  const Native = RegExp;
  function Lowered(pattern, flags) {
    let source = pattern;
    if (typeof pattern === 'object' && pattern !== null) {
      const { constructor } = pattern;
      if (!new.target && flags === undefined && constructor === Lowered && pattern instanceof Native) return pattern;
      if (flags !== undefined && pattern instanceof Native) source = pattern.source;
    }
    if (flags !== undefined && /[uvd]/.test(flags)) {
      const lowered = native.lowerRegExp(String(source), String(flags));
      if (typeof lowered === 'string') throw new SyntaxError(lowered);
      [source, flags] = lowered;
    }
    return Reflect.construct(Native, flags === undefined ? [source] : [source, flags], new.target || Lowered);
  }
  Object.defineProperty(Lowered, 'prototype', { value: Native.prototype, writable: false });
  Object.defineProperty(Lowered, 'name', { value: 'RegExp', configurable: true });
  Object.defineProperty(Lowered, Symbol.species, Object.getOwnPropertyDescriptor(Native, Symbol.species));
  define(Native.prototype, { constructor: Lowered });
  define(globalThis, { RegExp: Lowered });

  const intl = (value, kind, locales, options, defaults) => native.part('intl').locale(value, kind, locales, options, defaults);
  const number = {
    toLocaleString(locales, options) {
      return intl(this.valueOf(), 'number', locales, options);
    },
  };
  define(Number.prototype, number);
  define(BigInt.prototype, number);
  define(Array.prototype, {
    toLocaleString(locales, options) {
      return Array.from(this, (v) => (v == null ? '' : String(v.toLocaleString(locales, options)))).join(',');
    },
  });
  define(Date.prototype, {
    toLocaleString(locales, options) {
      return intl(this.getTime(), 'date', locales, options, 'all');
    },
    toLocaleDateString(locales, options) {
      return intl(this.getTime(), 'date', locales, options, 'date');
    },
    toLocaleTimeString(locales, options) {
      return intl(this.getTime(), 'date', locales, options, 'time');
    },
  });
});
