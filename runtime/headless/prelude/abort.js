(function (native) {
  'use strict';
  const { Event, EventTarget } = native.kit;
  const { DOMException } = native.part('exception');
  let inside = false;
  const make = () => {
    inside = true;
    try {
      return new AbortSignal();
    } finally {
      inside = false;
    }
  };
  const abort = (signal, reason) => {
    if (signal.aborted) return;
    signal.aborted = true;
    signal.reason = reason === undefined ? new DOMException('操作已中止', 'AbortError') : reason;
    signal.dispatchEvent(new Event('abort'));
  };

  class AbortSignal extends EventTarget {
    constructor() {
      if (!inside) throw new TypeError('AbortSignal 不能直接 new, 请用 new AbortController().signal');
      super();
      this.aborted = false;
      this.reason = undefined;
      this.onabort = null;
    }
    throwIfAborted() {
      if (this.aborted) throw this.reason;
    }
    static abort(reason) {
      const signal = make();
      abort(signal, reason);
      return signal;
    }
    static timeout(ms) {
      const signal = make();
      native.setTimeout(() => abort(signal, new DOMException(`${ms} ms 已到`, 'TimeoutError')), ms);
      return signal;
    }
    static any(signals) {
      const signal = make();
      const all = Array.from(signals);
      const first = all.find((s) => s.aborted);
      if (first) abort(signal, first.reason);
      else for (const s of all) s.addEventListener('abort', () => abort(signal, s.reason), { once: true });
      return signal;
    }
  }
  class AbortController {
    constructor() {
      this.signal = make();
    }
    abort(reason) {
      abort(this.signal, reason);
    }
  }
  return { AbortSignal, AbortController };
});
