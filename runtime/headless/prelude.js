// What every page finds on its global object besides the language, as far as JavaScript says it more briefly than Go; what
// few pages need is in prelude/. It gets Go's functions and returns those that Go calls.
(function (native) {
  'use strict';
  const { report, define } = native;
  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const { stringify } = JSON;

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
    composedPath() {
      return this.currentTarget ? [this.currentTarget] : [];
    }
  }
  const stopped = new WeakSet();

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
      if (!(event instanceof Event)) throw new TypeError('dispatchEvent 的参数应为 Event');
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

  class Document extends EventTarget {
    get URL() {
      return location.href;
    }
    get location() {
      return location;
    }
    set location(url) {
      location.href = url;
    }
    /** Cookies of the page's own, without paths and domains; no request carries them. */
    get cookie() {
      return Array.from(cookies, ([name, value]) => (name ? name + '=' + value : value)).join('; ');
    }
    set cookie(text) {
      const [pair, ...attributes] = String(text).split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, Math.max(at, 0)).trim();
      const over = attributes.some((a) => {
        const [key, value] = a.split('=').map((part) => part.trim());
        return /^max-age$/i.test(key) ? Number(value) <= 0 : /^expires$/i.test(key) && new Date(value) <= new Date();
      });
      if (over) cookies.delete(name);
      else cookies.set(name, pair.slice(at + 1).trim());
    }
    get defaultView() {
      return globalThis;
    }
  }
  const { location } = native;
  const cookies = new Map();
  const document = new Document();
  document.title = document.referrer = '';
  document.readyState = 'loading';
  document.visibilityState = 'visible';
  document.hidden = false;

  const resolved = Promise.resolve();
  define(globalThis, {
    Event, EventTarget, document,
    addEventListener: EventTarget.prototype.addEventListener,
    removeEventListener: EventTarget.prototype.removeEventListener,
    dispatchEvent: EventTarget.prototype.dispatchEvent,
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

  return {
    Event, EventTarget,
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
