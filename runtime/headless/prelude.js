// What a page finds on its global object besides the language, as far as JavaScript says it more briefly than Go.
// It gets Go's functions and returns those that Go calls.
(function (native) {
  'use strict';
  const { report } = native;
  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const { stringify } = JSON;
  const define = (names) => {
    for (const name of Object.keys(names)) {
      Object.defineProperty(globalThis, name, { value: names[name], writable: true, configurable: true });
    }
  };

  // -- events

  class Event {
    constructor(type, init) {
      if (!arguments.length) throw new TypeError('Event 的第一个参数应为事件的名字');
      const { bubbles, cancelable, composed } = init || {};
      this.type = String(type);
      this.bubbles = !!bubbles;
      this.cancelable = !!cancelable;
      this.composed = !!composed;
      this.defaultPrevented = false;
      this.target = this.currentTarget = null;
      this.timeStamp = native.now();
    }
    preventDefault() {
      if (this.cancelable) this.defaultPrevented = true;
    }
    stopPropagation() {}
    stopImmediatePropagation() {
      stopped.add(this);
    }
  }
  const stopped = new WeakSet();

  class CustomEvent extends Event {
    constructor(type, init) {
      super(type, init);
      this.detail = init && init.detail !== undefined ? init.detail : null;
    }
  }

  const listeners = new WeakMap(); // target → [{type, listener, capture, once}]
  const capturing = (options) => (typeof options === 'object' && options ? !!options.capture : !!options);

  class EventTarget {
    addEventListener(type, listener, options) {
      if (listener === null || listener === undefined) return;
      const target = this || globalThis;
      const { once, signal } = (typeof options === 'object' && options) || {};
      if (signal && signal.aborted) return;
      const capture = capturing(options);
      const all = listeners.get(target) || [];
      type = String(type);
      if (all.some((l) => l.type === type && l.listener === listener && l.capture === capture)) return;
      // A new list each time: a dispatch goes on with the one that it began with.
      listeners.set(target, [...all, { type, listener, capture, once: !!once, removed: false }]);
      if (signal) signal.addEventListener('abort', () => target.removeEventListener(type, listener, capture));
    }
    removeEventListener(type, listener, options) {
      const target = this || globalThis;
      const capture = capturing(options);
      const gone = (l) => l.type === String(type) && l.listener === listener && l.capture === capture && (l.removed = true);
      listeners.set(target, (listeners.get(target) || []).filter((l) => !gone(l)));
    }
    dispatchEvent(event) {
      const target = this || globalThis;
      event.target = event.currentTarget = target;
      const call = (listener) => {
        try {
          if (typeof listener === 'function') apply(listener, target, [event]);
          else if (listener) listener.handleEvent(event);
        } catch (error) {
          report(error);
        }
      };
      for (const l of listeners.get(target) || []) {
        if (l.type !== event.type || l.removed || stopped.has(event)) continue;
        if (l.once) target.removeEventListener(l.type, l.listener, l.capture);
        call(l.listener);
      }
      if (!stopped.has(event) && typeof target['on' + event.type] === 'function') call(target['on' + event.type]);
      event.currentTarget = null;
      return !event.defaultPrevented;
    }
  }

  class AbortSignal extends EventTarget {
    constructor() {
      super();
      this.aborted = false;
      this.reason = undefined;
    }
    throwIfAborted() {
      if (this.aborted) throw this.reason;
    }
  }
  class AbortController {
    constructor() {
      this.signal = new AbortSignal();
    }
    abort(reason) {
      if (this.signal.aborted) return;
      this.signal.aborted = true;
      this.signal.reason = reason === undefined ? failure('AbortError', '已中止') : reason;
      this.signal.dispatchEvent(new Event('abort'));
    }
  }
  const failure = (name, message) => Object.assign(new Error(message), { name });

  class Document extends EventTarget {}
  const document = Object.assign(new Document(), {
    title: '', readyState: 'loading', visibilityState: 'visible', hidden: false, referrer: '', URL: native.location.href,
    defaultView: globalThis, location: native.location,
  });
  define({
    Event, CustomEvent, EventTarget, AbortSignal, AbortController, document,
    addEventListener: EventTarget.prototype.addEventListener,
    removeEventListener: EventTarget.prototype.removeEventListener,
    dispatchEvent: EventTarget.prototype.dispatchEvent,
  });

  // -- values

  /** The structured clone algorithm, for what a script makes by itself. */
  function clone(value, seen) {
    if (typeof value === 'function' || typeof value === 'symbol') {
      throw failure('DataCloneError', `structuredClone 不能复制 ${String(value)}`);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (copy) => (seen.set(value, copy), copy);
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (tag === 'Date') return keep(new Date(value.getTime()));
    if (tag === 'RegExp') return keep(new RegExp(value.source, value.flags));
    if (tag === 'Boolean' || tag === 'Number' || tag === 'String') return keep(Object(value.valueOf()));
    if (tag === 'ArrayBuffer') return keep(value.slice(0));
    if (tag === 'DataView') return keep(new DataView(clone(value.buffer, seen), value.byteOffset, value.byteLength));
    if (ArrayBuffer.isView(value)) {
      return keep(new value.constructor(clone(value.buffer, seen), value.byteOffset, value.length));
    }
    if (tag === 'Promise' || tag === 'WeakMap' || tag === 'WeakSet') {
      throw failure('DataCloneError', `structuredClone 不能复制 ${tag}`);
    }
    if (tag === 'Map') {
      const copy = keep(new Map());
      for (const [k, v] of Array.from(value)) copy.set(clone(k, seen), clone(v, seen));
      return copy;
    }
    if (tag === 'Set') {
      const copy = keep(new Set());
      for (const v of Array.from(value)) copy.add(clone(v, seen));
      return copy;
    }
    if (tag === 'Error') {
      const copy = keep(Object.create(Object.getPrototypeOf(value)));
      for (const k of ['message', 'stack', 'name']) {
        if (k in value) Object.defineProperty(copy, k, { value: value[k], writable: true, configurable: true });
      }
      return copy;
    }
    const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const k of Object.keys(value)) copy[k] = clone(value[k], seen);
    return copy;
  }

  const resolved = Promise.resolve();
  define({
    structuredClone: (value) => clone(value, new Map()),
    queueMicrotask(callback) {
      if (typeof callback !== 'function') throw new TypeError('queueMicrotask 的参数应为函数');
      apply(then, resolved, [
        () => {
          try {
            callback();
          } catch (error) {
            report(error); // an exception, not a rejection
          }
        },
      ]);
    },
  });

  // -- console: Go writes, these only pass on

  const { write } = native;
  const say = (level) => (...args) => write(level, ...args);
  const log = say('log');
  const nothing = () => {};
  define({
    console: {
      log, info: say('info'), warn: say('warn'), error: say('error'), debug: say('debug'),
      trace: log, dir: log, table: log, group: log, groupCollapsed: log, groupEnd: nothing,
      time: nothing, timeLog: nothing, timeEnd: nothing, count: nothing, clear: nothing,
      assert(condition, ...args) {
        if (!condition) write('error', '断言失败', ...args);
      },
    },
  });

  return {
    /** Calls an async function; its result goes to ok as JSON, its error to bad as it is. */
    evaluate(fn, ok, bad) {
      const done = apply(then, fn(), [(value) => ok(stringify(value === undefined ? null : value) || 'null')]);
      apply(then, done, [undefined, bad]);
    },
    /** The document has loaded. */
    load() {
      document.readyState = 'interactive';
      document.dispatchEvent(new Event('DOMContentLoaded', { bubbles: true }));
      document.readyState = 'complete';
      dispatchEvent(new Event('load'));
    },
  };
});
