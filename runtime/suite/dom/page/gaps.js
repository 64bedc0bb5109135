// What a DOM without a screen cannot do. It says so, by name, instead of giving a page a wrong answer in silence.
import { define } from './events.js';

const advice = ' (environment: dom 没有画面; 要真的运行, 用 --browser)';
const said = new Set();
const warn = (what, why) => {
  if (said.has(what)) return;
  said.add(what);
  console.warn(`[qinghost] ${what}: ${why}${advice}`);
};
const refuse = (what) => () => { throw new Error(`${what} 在这里不可用${advice}`); };

// The client's function that takes a call as an address, if it has one. It takes those of frames too: no frame is loaded here.
const { AndroidInterface, webkit, kdUIWebViewBridge, prompt } = globalThis;
const take = AndroidInterface ? AndroidInterface.call : webkit ? (url) => webkit.messageHandlers.wkbridge2.postMessage({ url }) : kdUIWebViewBridge || prompt;
const isCall = (url) => /^\s*(xuntong:|cloudhub:\/\/)/i.test(url);

export function installGaps(dom, document) {
  const { Element, HTMLCanvasElement, HTMLDialogElement, HTMLIFrameElement } = dom;
  const zero = () => ({ x: 0, y: 0, top: 0, left: 0, right: 0, bottom: 0, width: 0, height: 0, toJSON() { return { ...this }; } });
  define(Element.prototype, {
    getBoundingClientRect() { return warn('getBoundingClientRect', '没有布局, 一律为 0'), zero(); },
    getClientRects() { return warn('getClientRects', '没有布局, 一律为空'), []; },
    scrollIntoView() {}, scrollTo() {}, scrollBy() {}, scroll() {},
    setPointerCapture() {}, releasePointerCapture() {}, hasPointerCapture: () => false,
    animate: refuse('Element.animate'),
    requestFullscreen: refuse('requestFullscreen'),
  });
  for (const name of ['offsetWidth', 'offsetHeight', 'offsetTop', 'offsetLeft', 'clientWidth', 'clientHeight', 'scrollWidth', 'scrollHeight']) {
    Object.defineProperty(Element.prototype, name, { configurable: true, get: () => (warn(name, '没有布局, 一律为 0'), 0) });
  }
  for (const name of ['scrollTop', 'scrollLeft']) Object.defineProperty(Element.prototype, name, { configurable: true, writable: true, value: 0 });
  define(HTMLCanvasElement.prototype, { getContext: refuse('canvas.getContext'), toDataURL: refuse('canvas.toDataURL'), toBlob: refuse('canvas.toBlob') });
  define(HTMLDialogElement.prototype, {
    get open() { return this.hasAttribute('open'); },
    set open(on) { this.toggleAttribute('open', !!on); },
    show() { this.open = true; },
    showModal() { this.open = true; },
    close(value) {
      if (value !== undefined) this.returnValue = String(value);
      if (!this.open) return;
      this.open = false;
      this.dispatchEvent(new Event('close'));
    },
  });
  const { setAttribute } = Element.prototype;
  define(HTMLIFrameElement.prototype, {
    setAttribute(name, value) {
      if (String(name).toLowerCase() !== 'src' || !isCall(value)) setAttribute.call(this, name, value);
      else if (take) take(String(value));
      else warn('iframe.src', '扮演的客户端只有 iframe 这一条通道, 调用没有发出');
    },
    get contentWindow() { return warn('iframe.contentWindow', 'iframe 的内容没有加载'), null; },
    get contentDocument() { return warn('iframe.contentDocument', 'iframe 的内容没有加载'), null; },
  });
  define(document, {
    write: refuse('document.write'), writeln: refuse('document.writeln'), open: refuse('document.open'), close() {},
    execCommand: () => (warn('document.execCommand', '什么都没有做, 返回 false'), false),
    elementFromPoint: () => (warn('document.elementFromPoint', '没有布局, 返回 null'), null),
    elementsFromPoint: () => (warn('document.elementsFromPoint', '没有布局, 返回空'), []),
    getSelection: () => getSelection(),
  });
  const observer = (name) =>
    ({ [name]: class { constructor() { warn(name, '没有布局, 它的回调不会被调用'); } observe() {} unobserve() {} disconnect() {} takeRecords() { return []; } } })[name];
  define(globalThis, {
    getComputedStyle(element) {
      warn('getComputedStyle', '没有样式表, 只有元素自己的 style');
      return element.style;
    },
    matchMedia(media) {
      warn('matchMedia', '没有媒体查询, matches 一律为 false');
      const list = new EventTarget();
      return Object.assign(list, { media: String(media), matches: false, onchange: null, addListener() {}, removeListener() {} });
    },
    getSelection: () => ({ rangeCount: 0, isCollapsed: true, anchorNode: null, focusNode: null, toString: () => '', removeAllRanges() {}, addRange() {} }),
    scrollTo() {}, scrollBy() {}, scroll() {}, focus() {}, blur() {}, scrollX: 0, scrollY: 0, pageXOffset: 0, pageYOffset: 0,
    alert: (text) => console.warn(`[qinghost] alert: ${text}`),
    confirm: refuse('confirm'), prompt: (text) => (prompt && isCall(text) ? prompt(text) : refuse('prompt')()), open: refuse('window.open'), print() {},
    IntersectionObserver: observer('IntersectionObserver'), ResizeObserver: observer('ResizeObserver'),
  });
}
