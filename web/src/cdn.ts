/** Addresses of the vendor's page library; runtime/browser/inject.go has the same list for the markup. */
const LIBRARY =
  /^(https?:)?\/\/(static|do|www)\.yunzhijia\.com\/.*?(qing|qingjs|cloudhub)(\.min)?\.js([?#]|$)|^(https?:)?\/\/im\.kdweibo\.com\/.*?(qing|qingjs|cloudhub)(\.min)?\.js([?#]|$)/i;

/**
 * Leads scripts that the page adds by itself from the vendor's CDN to the host's own copy, which is this one: a page that
 * loads the library dynamically works without a network.
 */
export function replaceLibrary(own: string): void {
  if (typeof HTMLScriptElement === 'undefined') return;
  const lead = (address: unknown) => (LIBRARY.test(String(address)) ? own : address);
  const src = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, 'src');
  if (src && src.set) {
    const { get, set } = src;
    Object.defineProperty(HTMLScriptElement.prototype, 'src', {
      ...src,
      get,
      set(this: HTMLScriptElement, address) {
        set.call(this, lead(address));
      },
    });
  }
  const setAttribute = HTMLScriptElement.prototype.setAttribute;
  HTMLScriptElement.prototype.setAttribute = function (name: string, value: string) {
    setAttribute.call(this, name, String(name).toLowerCase() === 'src' ? (lead(value) as string) : value);
  };
}
