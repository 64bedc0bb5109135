import { interceptSource } from './source';

/** Addresses of the vendor's page library; runtime/browser/edit.go has the same list for the markup. */
const LIBRARY =
  /^(https?:)?\/\/((static|do|www)\.yunzhijia|im\.kdweibo)\.com(:\d+)?\/([^?#]*\/)?(qing|qingjs|cloudhub)(\.min)?\.js([?#]|$)/i;

/**
 * Leads scripts that the page adds by itself from the vendor's CDN to the host's own address: a page that loads the library
 * dynamically works without a network.
 */
export function replaceLibrary(own: string): void {
  if (typeof HTMLScriptElement === 'undefined') return;
  interceptSource(HTMLScriptElement, (address) => (LIBRARY.test(address) ? own : address));
}
