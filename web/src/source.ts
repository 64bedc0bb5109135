/**
 * Shows `see` every address that is given to an element of the type by its `src` or by setAttribute; what it returns is set,
 * and undefined sets nothing.
 */
export function interceptSource(
  type: { prototype: Element } & Function,
  see: (address: string, element: Element) => string | undefined,
): void {
  const through = (element: Element, given: unknown, set: (address: any) => void) => {
    const address = String(given);
    const seen = see(address, element);
    if (seen !== undefined) set(seen === address ? given : seen); // as given: it may be a TrustedScriptURL
  };
  const src = Object.getOwnPropertyDescriptor(type.prototype, 'src');
  if (src && src.set) {
    const set = src.set;
    Object.defineProperty(type.prototype, 'src', {
      ...src,
      set(this: Element, given) {
        through(this, given, (address) => set.call(this, address));
      },
    });
  }
  const { setAttribute, setAttributeNS } = Element.prototype;
  const isSource = (element: Element, name: unknown) => element instanceof type && String(name).toLowerCase() === 'src';
  Element.prototype.setAttribute = function (this: Element, name: string, given: string) {
    if (!isSource(this, name)) return setAttribute.call(this, name, given);
    through(this, given, (address) => setAttribute.call(this, name, address));
  };
  Element.prototype.setAttributeNS = function (this: Element, space: string | null, name: string, given: string) {
    if (!isSource(this, name)) return setAttributeNS.call(this, space, name, given);
    through(this, given, (address) => setAttributeNS.call(this, space, name, address));
  };
}
