import { interceptSource } from '../source';

/**
 * Calls by the address of a frame (reference §1.1, W1–W3, W7, W9). What scripts set, the browser never sees. A frame of any
 * other making (markup, a template, an attribute node, a shadow root, a blank frame's document) shows its address here when it
 * is there; the policy that the server sends with every document keeps the browser from opening it meanwhile.
 */
export function watchFrames(take: (url: unknown) => boolean): void {
  if (typeof HTMLIFrameElement === 'undefined') return;
  const callers = new WeakSet<EventTarget>(); // they show nothing; there may be a thousand of them, and each look into one costs
  interceptSource(HTMLIFrameElement, (address, frame) => (take(address) ? void callers.add(frame) : address));

  const look = (frame: Element) => {
    if (take(frame.getAttribute('src'))) frame.removeAttribute('src');
  };
  const observer = new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      if (isFrame(target)) look(target);
      addedNodes.forEach((node) => {
        if (isFrame(node)) look(node);
        else if ((node as Element).firstElementChild) (node as Element).querySelectorAll('iframe').forEach(look);
      });
    }
  });
  /** Watches a tree that the observer does not reach from the one above it; again does no harm. */
  const watch = (root: Document | ShadowRoot) => {
    observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['src'] });
    root.addEventListener('load', loaded, true);
    root.querySelectorAll('*').forEach((element) => {
      if (isFrame(element)) {
        look(element);
        enter(element);
      } else if (element.shadowRoot) watch(element.shadowRoot);
    });
  };
  /** A blank frame, or one with a srcdoc, is the page's own and has no script of ours. */
  const enter = (frame: HTMLIFrameElement) => {
    const inner = frame.contentDocument;
    if (inner && /^about:/.test(inner.URL)) watch(inner);
  };
  const loaded = ({ target }: Event) => isFrame(target) && !callers.has(target) && enter(target);
  watch(document);
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    watch(root);
    return root;
  };
  // Of a shadow root that markup declares nothing tells but the browser, when it does not open the frame in it.
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    if (effectiveDirective === 'frame-src') watch(document);
  });
}

function isFrame(node: unknown): node is HTMLIFrameElement {
  return !!node && (node as Element).localName === 'iframe'; // of any realm
}
