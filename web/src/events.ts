/** A listener as the vendor's library takes it: a function, or an object with `success`. */
export type Listener = ((data: unknown) => void) | { success(data: unknown): void };

/** The events that the client tells the page: `appear`, `disappear` and whatever else the host emits. */
export function createEvents() {
  const listeners = new Map<string, { given: Listener; call(data: unknown): void }[]>();

  function on(name: string, given: Listener): void {
    const call = typeof given === 'function' ? given : (data: unknown) => given.success(data);
    listeners.set(name, [...(listeners.get(name) || []), { given, call }]);
  }

  /** Without a listener, takes all of the name away. */
  function off(name: string, given?: Listener): void {
    const left = given ? (listeners.get(name) || []).filter((l) => l.given !== given) : [];
    listeners.set(name, left);
  }

  function once(name: string, given: Listener): void {
    const only = (data: unknown) => {
      off(name, only);
      if (typeof given === 'function') given(data);
      else given.success(data);
    };
    on(name, only);
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
