(function (native) {
  'use strict';
  const { EventTarget } = native.kit;
  const { location, storage, setTimeout } = native;

  // -- history

  let entries = [{ state: null, url: location.href }];
  let at = 0;
  const { structuredClone } = native.part('clone');
  const events = () => native.part('events');
  const change = (state, url) => {
    if (url !== undefined && url !== null && !native.moveTo(String(url))) {
      const { DOMException } = native.part('exception');
      throw new DOMException(`history: 地址 ${url} 与页面不同源`, 'SecurityError');
    }
    return { state: structuredClone(state === undefined ? null : state), url: location.href };
  };
  const popped = (state) => {
    const { PopStateEvent } = events();
    globalThis.dispatchEvent(new PopStateEvent('popstate', { state }));
  };
  const hashChanged = (oldURL, newURL) => {
    if (entries[at].url !== newURL) entries = [...entries.slice(0, ++at), { state: null, url: newURL }];
    const { HashChangeEvent } = events();
    globalThis.dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL }));
  };
  class History {
    get length() {
      return entries.length;
    }
    get state() {
      return entries[at].state;
    }
    get scrollRestoration() {
      return 'auto';
    }
    pushState(state, title, url) {
      entries = [...entries.slice(0, at + 1), change(state, url)];
      at++;
    }
    replaceState(state, title, url) {
      entries[at] = change(state, url);
    }
    go(steps) {
      native.post(() => {
        const to = entries[at + Math.trunc(steps || 0)];
        if (!to || to === entries[at]) return;
        const from = location.href;
        at += Math.trunc(steps);
        native.moveTo(to.url);
        popped(to.state);
        if (from.split('#')[0] === to.url.split('#')[0] && from !== to.url) hashChanged(from, to.url);
      });
    }
    back() {
      this.go(-1);
    }
    forward() {
      this.go(1);
    }
  }

  // -- storage: items are properties too, which Go sees to

  class Storage {
    constructor() {
      throw new TypeError('Storage 不能直接 new');
    }
    get length() {
      return storage.keys(this).length;
    }
    key(n) {
      const name = storage.keys(this)[n >>> 0];
      return name === undefined ? null : name;
    }
    getItem(name) {
      return storage.get(this, String(name));
    }
    setItem(name, value) {
      if (arguments.length < 2) throw new TypeError('Storage.setItem 需要名字和值两个参数');
      storage.set(this, String(name), String(value));
    }
    removeItem(name) {
      storage.remove(this, String(name));
    }
    clear() {
      storage.clear(this);
    }
  }
  Object.defineProperty(Storage.prototype, Symbol.toStringTag, { value: 'Storage', configurable: true });

  // -- time

  let marks = [];
  class Performance extends EventTarget {
    get timeOrigin() {
      return native.startedAt;
    }
    now() {
      return native.now();
    }
    mark(name, options) {
      const { startTime = native.now(), detail = null } = options || {};
      const entry = { name: String(name), entryType: 'mark', startTime, duration: 0, detail };
      marks.push(entry);
      return entry;
    }
    measure(name, from, to) {
      const time = (mark, otherwise) => {
        if (mark === undefined) return otherwise;
        if (typeof mark === 'number') return mark;
        const found = marks.filter((m) => m.name === String(mark) && m.entryType === 'mark').pop();
        if (found) return found.startTime;
        const { DOMException } = native.part('exception');
        throw new DOMException(`performance.measure: 没有名为 “${mark}” 的标记`, 'SyntaxError');
      };
      const options = typeof from === 'object' && from ? from : { start: from, end: to };
      const startTime = time(options.start, 0);
      const duration = options.duration === undefined ? time(options.end, native.now()) - startTime : options.duration;
      const entry = { name: String(name), entryType: 'measure', startTime, duration, detail: options.detail === undefined ? null : options.detail };
      marks.push(entry);
      return entry;
    }
    getEntries() {
      return marks.slice().sort((a, b) => a.startTime - b.startTime);
    }
    getEntriesByName(name, type) {
      return this.getEntries().filter((m) => m.name === name && (type === undefined || m.entryType === type));
    }
    getEntriesByType(type) {
      return this.getEntries().filter((m) => m.entryType === type);
    }
    clearMarks(name) {
      marks = marks.filter((m) => m.entryType !== 'mark' || (name !== undefined && m.name !== name));
    }
    clearMeasures(name) {
      marks = marks.filter((m) => m.entryType !== 'measure' || (name !== undefined && m.name !== name));
    }
    toJSON() {
      return { timeOrigin: this.timeOrigin };
    }
  }

  const frame = 16; // ms
  let frames = new Map();
  let drawing = new Map();
  let lastFrame = 0;
  const callable = (fn, name) => {
    if (typeof fn !== 'function') throw new TypeError(`${name} 的参数应为函数`);
  };
  const draw = () => {
    drawing = frames;
    frames = new Map();
    const now = native.now();
    for (const [, fn] of drawing) {
      try {
        fn(now);
      } catch (error) {
        native.report(error);
      }
    }
  };
  const idle = new Map();

  // -- crypto

  const ints = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array'];
  class Crypto {
    getRandomValues(array) {
      const { DOMException } = native.part('exception');
      if (!ints.includes(native.kind(array))) throw new DOMException('crypto.getRandomValues 的参数应为整数类型的 TypedArray', 'TypeMismatchError');
      if (array.byteLength > 65536) throw new DOMException('crypto.getRandomValues 一次最多 65536 字节', 'QuotaExceededError');
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(new Uint8Array(native.random(array.byteLength)));
      return array;
    }
    randomUUID() {
      const bytes = new Uint8Array(native.random(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    }
  }

  return {
    hashChanged, Storage,
    history: new History(), performance: new Performance(), crypto: new Crypto(),
    requestAnimationFrame(fn) {
      callable(fn, 'requestAnimationFrame');
      if (!frames.size) setTimeout(draw, frame);
      frames.set(++lastFrame, fn);
      return lastFrame;
    },
    cancelAnimationFrame(id) {
      frames.delete(id);
      drawing.delete(id);
    },
    requestIdleCallback(fn) {
      callable(fn, 'requestIdleCallback');
      const id = ++lastFrame;
      idle.set(id, fn);
      setTimeout(() => {
        if (idle.delete(id)) fn({ didTimeout: false, timeRemaining: () => 50 });
      }, 1);
      return id;
    },
    cancelIdleCallback: (id) => void idle.delete(id),
  };
});
