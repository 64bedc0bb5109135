(function (native) {
  'use strict';
  const { Event, EventTarget } = native.kit;
  const { structuredClone } = native.part('clone');
  const kind = (defaults) =>
    class extends Event {
      constructor(type, init) {
        super(type, init);
        for (const name of Object.keys(defaults)) this[name] = init && init[name] !== undefined ? init[name] : defaults[name];
      }
    };
  const named = (classes) => {
    for (const name of Object.keys(classes)) Object.defineProperty(classes[name], 'name', { value: name });
    return classes;
  };
  const classes = named({
    CustomEvent: kind({ detail: null }),
    MessageEvent: kind({ data: null, origin: '', lastEventId: '', source: null, ports: [] }),
    ProgressEvent: kind({ lengthComputable: false, loaded: 0, total: 0 }),
    ErrorEvent: kind({ message: '', filename: '', lineno: 0, colno: 0, error: undefined }),
    PromiseRejectionEvent: kind({ promise: undefined, reason: undefined }),
    StorageEvent: kind({ key: null, oldValue: null, newValue: null, url: '', storageArea: null }),
    HashChangeEvent: kind({ oldURL: '', newURL: '' }),
    PopStateEvent: kind({ state: null }),
  });
  const { MessageEvent } = classes;

  const ports = new WeakMap(); // port → {other, started, queue}
  class MessagePort extends EventTarget {
    constructor() {
      super();
      let onmessage = null;
      Object.defineProperty(this, 'onmessage', {
        get: () => onmessage,
        set: (fn) => ((onmessage = fn), this.start()), // setting it starts the port
      });
    }
    postMessage(message) {
      const { other } = ports.get(this);
      if (!other) return;
      const to = ports.get(other);
      to.queue.push(structuredClone(message));
      if (to.started) native.post(() => deliver(other));
    }
    start() {
      const own = ports.get(this);
      if (!own || own.started) return;
      own.started = true;
      own.queue.forEach(() => native.post(() => deliver(this)));
    }
    close() {
      const { other } = ports.get(this);
      ports.get(this).other = null;
      if (other) ports.get(other).other = null;
    }
  }
  const deliver = (port) => {
    const { queue } = ports.get(port);
    if (queue.length) port.dispatchEvent(new MessageEvent('message', { data: queue.shift() }));
  };
  class MessageChannel {
    constructor() {
      const [one, two] = [new MessagePort(), new MessagePort()];
      ports.set(one, { other: two, started: false, queue: [] });
      ports.set(two, { other: one, started: false, queue: [] });
      this.port1 = one;
      this.port2 = two;
    }
  }
  return {
    ...classes, MessagePort, MessageChannel,
    postMessage(message) {
      const data = structuredClone(message);
      const { origin } = native.location;
      native.post(() => globalThis.dispatchEvent(new MessageEvent('message', { data, origin, source: globalThis })));
    },
  };
});
