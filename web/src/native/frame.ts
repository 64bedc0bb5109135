import { interceptSource } from '../source';
import { isCall } from './parse';

/** Stands for the src of a frame in markup that makes a call: with the src, the browser would open it before anything can be done. */
const HELD = 'data-xuntong';

/** Calls by the address of a frame (reference §1.1, W1–W3, W7, W9). The browser never sees these addresses. */
export function watchFrames(take: (url: unknown) => boolean): void {
  if (typeof HTMLIFrameElement === 'undefined') return;
  interceptSource(HTMLIFrameElement, (address) => (take(address) ? undefined : address));
  holdMarkup();
  // Frames made by markup come with the attribute; those above never have it.
  const look = (frame: Element) => {
    for (const name of [HELD, 'src']) if (take(frame.getAttribute(name))) frame.removeAttribute(name);
  };
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === 'attributes') {
        if (target instanceof HTMLIFrameElement) look(target);
        continue;
      }
      addedNodes.forEach((node) => {
        if (node instanceof HTMLIFrameElement) look(node);
        else if (node instanceof Element && node.firstElementChild) Array.from(node.getElementsByTagName('iframe')).forEach(look);
      });
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['src'] });
}

/** Has markup that script writes hold its calls for the observer. */
function holdMarkup(): void {
  const hold = (markup: unknown) => (typeof markup === 'string' && /<iframe/i.test(markup) ? held(markup) : markup);
  for (const name of ['innerHTML', 'outerHTML'] as const) {
    const plain = Object.getOwnPropertyDescriptor(Element.prototype, name);
    if (!plain || !plain.set) continue;
    const set = plain.set;
    Object.defineProperty(Element.prototype, name, {
      ...plain,
      set(this: Element, markup) {
        set.call(this, hold(markup));
      },
    });
  }
  const holdArguments = (object: any, name: string) => {
    const plain = object[name];
    object[name] = function (this: unknown, ...given: unknown[]) {
      return plain.apply(this, given.map(hold));
    };
  };
  holdArguments(Element.prototype, 'insertAdjacentHTML');
  holdArguments(Range.prototype, 'createContextualFragment');
  for (const name of ['write', 'writeln']) holdArguments(Document.prototype, name);
}

function held(markup: string): string {
  return markup.replace(/<iframe\b[^>]*>/gi, (tag) =>
    tag.replace(/(\s)src(\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)/i, (whole, before, equals, value) =>
      isCall(value.replace(/^["']/, '')) ? before + HELD + equals + value : whole,
    ),
  );
}
