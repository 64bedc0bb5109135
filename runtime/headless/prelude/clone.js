// The structured clone algorithm, for what a script makes by itself.
(function (native) {
  'use strict';
  const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const refuse = (what) => {
    const { DOMException } = native.part('exception');
    throw new DOMException(`structuredClone 不能复制 ${what}`, 'DataCloneError');
  };
  const set = (object, key, value) => Object.defineProperty(object, key, { value, writable: true, configurable: true });

  function clone(value, seen) {
    if (typeof value === 'function') refuse(`函数 ${value.name || '(匿名)'}`);
    if (typeof value === 'symbol') refuse(String(value));
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (copy) => (seen.set(value, copy), copy);
    const kind = native.kind(value);
    switch (kind) {
      case 'Date':
        return keep(new Date(value.getTime()));
      case 'RegExp':
        return keep(new RegExp(value.source, value.flags));
      case 'Boolean': case 'Number': case 'String': case 'BigInt':
        return keep(Object(value.valueOf()));
      case 'ArrayBuffer':
        return keep(value.slice(0));
      case 'DataView':
        return keep(new DataView(clone(value.buffer, seen), value.byteOffset, value.byteLength));
      case 'Promise': case 'WeakMap': case 'WeakSet': case 'Symbol': case 'Proxy':
        return refuse(kind);
      case 'Map': {
        const copy = keep(new Map());
        for (const [k, v] of Array.from(value)) copy.set(clone(k, seen), clone(v, seen));
        return copy;
      }
      case 'Set': {
        const copy = keep(new Set());
        for (const v of Array.from(value)) copy.add(clone(v, seen));
        return copy;
      }
      case 'Error': {
        const name = String(value.name);
        const proto = (Object.hasOwn(errors, name) ? errors[name] : Error).prototype;
        const copy = keep(new Error());
        Object.setPrototypeOf(copy, proto);
        const message = Object.getOwnPropertyDescriptor(value, 'message');
        if (message && 'value' in message) set(copy, 'message', String(message.value));
        if (value.stack !== undefined) set(copy, 'stack', String(value.stack));
        if (Object.hasOwn(value, 'cause')) set(copy, 'cause', clone(value.cause, seen));
        return copy;
      }
    }
    if (ArrayBuffer.isView(value)) {
      return keep(new globalThis[kind](clone(value.buffer, seen), value.byteOffset, value.length));
    }
    const { Blob, File } = native.loaded('files') || {};
    if (File && value instanceof File) return keep(new File([value], value.name, value));
    if (Blob && value instanceof Blob) return keep(new Blob([value], value));
    if (value instanceof native.kit.EventTarget || value instanceof native.kit.Event) refuse(value.constructor.name);
    const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const k of Object.keys(value)) {
      Object.defineProperty(copy, k, { value: clone(value[k], seen), writable: true, enumerable: true, configurable: true });
    }
    return copy;
  }

  return {
    structuredClone(value, options) {
      if (!arguments.length) throw new TypeError('structuredClone 需要一个参数');
      const copy = clone(value, new Map());
      for (const one of (options && options.transfer) || []) {
        if (!(one instanceof ArrayBuffer)) refuse('transfer 中不是 ArrayBuffer 的值');
        native.detach(one);
      }
      return copy;
    },
  };
});
