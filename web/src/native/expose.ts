/** Gives the page a global that the client defines: the page can replace it, as it can on the phone. */
export function expose(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
