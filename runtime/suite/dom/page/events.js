// Events in a tree. It stands in for linkedom's own Event and EventTarget, which know neither the capture phase nor
// cancelable, and let a listener's exception through. Event is the realm's, so that events of the page library, of fetch and
// of the timers' world are the same ones.

const { Event, CustomEvent, EventTarget: Plain } = globalThis;
const listeners = new WeakMap(); // target → [{type, listener, capture, once}]
const flags = new WeakMap(); // event → {path, stopped, now}
const capturing = (options) => (typeof options === 'object' && options ? !!options.capture : !!options);
const report = (error) => queueMicrotask(() => { throw error; });

// The page library was there before the document: it listens to the window as the realm knew it.
const plainDispatch = Plain.prototype.dispatchEvent;
const library = ['load', 'hashchange', 'popstate', 'pagehide', 'pageshow'];

/** What a click does besides its listeners; forms.js fills it in: element → undefined | {undo, act}. */
export const behaviour = { of: () => undefined };

const next = (node, event) => {
  if (node === globalThis.document) return event.type === 'load' ? null : globalThis;
  return node.parentNode || (event.composed && node.host instanceof EventTarget ? node.host : null);
};

function invoke(target, event, state, phase) {
  event.currentTarget = target;
  event.eventPhase = phase;
  const all = listeners.get(target) || [];
  for (const capture of phase === 2 ? [true, false] : [phase === 1]) {
    if (!capture) inline(target, event);
    for (const l of all) {
      if (l.type !== event.type || l.removed || l.capture !== capture || state.now) continue;
      if (l.once) target.removeEventListener(l.type, l.listener, l.capture);
      try {
        if (typeof l.listener === 'function') l.listener.call(target, event);
        else l.listener.handleEvent(event);
      } catch (error) {
        report(error);
      }
    }
    if (state.stopped && phase === 2) break;
  }
  if (target === globalThis && phase !== 1 && library.includes(event.type)) plainDispatch.call(target, event);
}

const compiled = new Map();

/** onclick="…" and what was assigned to onclick of a document or window; elements keep theirs among the listeners. */
function inline(target, event) {
  const name = 'on' + event.type;
  const isElement = target.nodeType === 1;
  let handler = isElement ? null : target[name];
  if (target === globalThis && library.includes(event.type)) return; // the realm calls it
  if (isElement && !target[name]) {
    const text = target.getAttribute(name);
    if (text === null) return;
    try {
      handler = compiled.get(text) || new Function('event', text);
    } catch (error) {
      return report(error);
    }
    compiled.set(text, handler);
  }
  if (typeof handler !== 'function') return;
  try {
    if (handler.call(target, event) === false) event.preventDefault();
  } catch (error) {
    report(error);
  }
}

export class EventTarget extends Plain {
  addEventListener(type, listener, options) {
    if (listener === null || listener === undefined) return;
    const target = this || globalThis;
    const { once, signal } = (typeof options === 'object' && options) || {};
    if (signal && signal.aborted) return;
    const capture = capturing(options);
    const all = listeners.get(target) || [];
    type = String(type);
    if (all.some((l) => l.type === type && l.listener === listener && l.capture === capture)) return;
    listeners.set(target, [...all, { type, listener, capture, once: !!once }]);
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
    const path = [target];
    for (let node = target; node !== globalThis && (node = next(node, event)); ) path.push(node);
    const state = { path, stopped: false, now: false };
    flags.set(event, state);
    event.target = target;
    let act;
    if (event.type === 'click' && event instanceof MouseEvent) {
      for (const node of path) if ((act = behaviour.of(node, event)) || !event.bubbles) break;
    }
    for (let i = path.length - 1; i > 0 && !state.stopped; i--) invoke(path[i], event, state, 1);
    if (!state.stopped) invoke(target, event, state, 2);
    for (let i = 1; event.bubbles && i < path.length && !state.stopped; i++) invoke(path[i], event, state, 3);
    event.target = target;
    event.currentTarget = null;
    event.eventPhase = 0;
    if (act && event.defaultPrevented) act.undo();
    else if (act) act.act();
    return !event.defaultPrevented;
  }
}

const { stopImmediatePropagation } = Event.prototype;
const define = (target, members) => {
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(members))) {
    Object.defineProperty(target, name, { ...member, enumerable: false, configurable: true });
  }
};
define(Event.prototype, {
  stopPropagation() {
    const state = flags.get(this);
    if (state) state.stopped = true;
  },
  stopImmediatePropagation() {
    const state = flags.get(this);
    if (state) state.stopped = state.now = true;
    stopImmediatePropagation.call(this);
  },
  composedPath() {
    return this.currentTarget ? [...flags.get(this).path] : [];
  },
  get cancelBubble() { return !!(flags.get(this) || {}).stopped; },
  set cancelBubble(yes) { if (yes) this.stopPropagation(); },
  get returnValue() { return !this.defaultPrevented; },
  set returnValue(yes) { if (!yes) this.preventDefault(); },
  get srcElement() { return this.target; },
  get isTrusted() { return false; },
  initEvent(type, bubbles, cancelable, detail) {
    Object.assign(this, { type: String(type), bubbles: !!bubbles, cancelable: !!cancelable });
    if (detail !== undefined) this.detail = detail;
  },
});
define(Event.prototype, { initCustomEvent: Event.prototype.initEvent });
for (const [i, name] of ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].entries()) Event[name] = i;

const kind = (name, Base, defaults) => {
  const Kind = class extends Base {
    constructor(type, init) {
      super(type, init);
      for (const key of Object.keys(defaults)) this[key] = init && init[key] !== undefined ? init[key] : defaults[key];
    }
  };
  Object.defineProperty(Kind, 'name', { value: name });
  return Kind;
};
const UIEvent = kind('UIEvent', Event, { view: null, detail: 0 });
const keys = { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false };
const MouseEvent = kind('MouseEvent', UIEvent, {
  button: 0, buttons: 0, clientX: 0, clientY: 0, pageX: 0, pageY: 0, screenX: 0, screenY: 0, offsetX: 0, offsetY: 0,
  relatedTarget: null, ...keys,
});
export const kinds = {
  UIEvent, MouseEvent,
  PointerEvent: kind('PointerEvent', MouseEvent, { pointerId: 0, pointerType: '', isPrimary: false, pressure: 0, width: 1, height: 1 }),
  KeyboardEvent: kind('KeyboardEvent', UIEvent, { key: '', code: '', keyCode: 0, repeat: false, isComposing: false, ...keys }),
  FocusEvent: kind('FocusEvent', UIEvent, { relatedTarget: null }),
  InputEvent: kind('InputEvent', UIEvent, { data: null, inputType: '', isComposing: false }),
  SubmitEvent: kind('SubmitEvent', Event, { submitter: null }),
  TouchEvent: kind('TouchEvent', UIEvent, { touches: [], targetTouches: [], changedTouches: [], ...keys }),
};
const { InputEvent } = kinds;

export { Event, CustomEvent, InputEvent, define };
