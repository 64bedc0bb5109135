// goja has no weak references of this kind. Nothing is ever collected here while it can still be asked for, which the
// standard allows: deref always finds its target, and no finalizer is ever called.
(function () {
  'use strict';
  const targets = new WeakMap();
  const weak = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol';
  class WeakRef {
    constructor(target) {
      if (!weak(target)) throw new TypeError('WeakRef 的参数应为对象');
      targets.set(this, target);
    }
    deref() {
      return targets.get(this);
    }
  }
  class FinalizationRegistry {
    constructor(cleanup) {
      if (typeof cleanup !== 'function') throw new TypeError('FinalizationRegistry 的参数应为函数');
      targets.set(this, new WeakSet());
    }
    register(target, held, token) {
      if (!weak(target)) throw new TypeError('FinalizationRegistry.register 的第一个参数应为对象');
      if (token !== undefined) targets.get(this).add(token);
    }
    unregister(token) {
      return targets.get(this).delete(token);
    }
  }
  Object.defineProperty(WeakRef.prototype, Symbol.toStringTag, { value: 'WeakRef', configurable: true });
  Object.defineProperty(FinalizationRegistry.prototype, Symbol.toStringTag, { value: 'FinalizationRegistry', configurable: true });

  const proto = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  function Iterator() {
    if (new.target === undefined || new.target === Iterator) throw new TypeError('Iterator 只能被继承');
  }
  Object.defineProperty(Iterator, 'prototype', { value: proto, writable: false });
  Object.defineProperty(proto, 'constructor', { value: Iterator, writable: true, configurable: true });
  const wrapped = Object.create(proto);
  Object.defineProperty(Iterator, 'from', {
    writable: true, configurable: true,
    value: function from(source) {
      const method = source[Symbol.iterator];
      const inner = method == null ? source : method.call(source);
      if (proto.isPrototypeOf(inner)) return inner;
      const { next } = inner;
      return Object.assign(Object.create(wrapped), {
        next: () => next.call(inner),
        return: () => (inner.return ? inner.return() : { value: undefined, done: true }),
      });
    },
  });
  return { WeakRef, FinalizationRegistry, Iterator };
});
