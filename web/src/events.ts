/** A listener as the vendor's library takes it: a function, or an object with `success`. */
export type Listener = ((data: unknown) => void) | { success(data: unknown): void };

/** The events that the client tells the page: `appear`, `disappear` and whatever else the host emits. */
export function createEvents() {
  interface Entry {
    given: Listener;
    call(data: unknown): void;
  }
  const listeners = new Map<string, Entry[]>();
  const keep = (name: string, left: (entry: Entry) => boolean) =>
    listeners.set(name, (listeners.get(name) || []).filter(left));

  function add(name: string, entry: Entry): void {
    listeners.set(name, [...(listeners.get(name) || []), entry]);
  }

  function on(name: string, given: Listener): void {
    add(name, { given, call: (data) => tell(given, data) });
  }

  /** Without a listener, takes all of the name away. */
  function off(name: string, given?: Listener): void {
    keep(name, (entry) => !!given && entry.given !== given);
  }

  function once(name: string, given: Listener): void {
    const entry: Entry = {
      given,
      call(data) {
        keep(name, (one) => one !== entry);
        tell(given, data);
      },
    };
    add(name, entry);
  }

  /** Every listener is called, also when one throws; the first error is thrown at the end. */
  function emit(name: string, data?: unknown): void {
    let thrown: { error: unknown } | undefined;
    for (const { call } of listeners.get(name) || []) {
      try {
        call(data);
      } catch (error) {
        thrown = thrown || { error };
      }
    }
    if (thrown) throw thrown.error;
  }

  return { on, off, once, emit };
}

function tell(listener: Listener, data: unknown): void {
  if (typeof listener === 'function') listener(data);
  else listener.success(data);
}
