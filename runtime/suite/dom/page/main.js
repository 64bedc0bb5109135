// Makes the page's document of the user's linkedom, and its globals. The bundle is a function that takes NATIVE (parse, script,
// told) and returns what Go calls.
import * as dom from 'linkedom';
import { registerHTMLClass } from './linkedom-classes.js';
import { mode } from 'htmlparser2';
import { EventTarget, define, kinds } from './events.js';
import { installForms } from './forms.js';
import { installGaps } from './gaps.js';
import { actions } from './act.js';

const { DOMParser, HTMLElement, HTMLScriptElement, HTMLImageElement } = dom;
const before = globalThis.document; // what the page library has seen so far

// linkedom has these classes and makes no use of them; and none for dialogs.
class HTMLDialogElement extends HTMLElement {}
const tags = {
  HTMLFormElement: 'form', HTMLLabelElement: 'label', HTMLFieldSetElement: 'fieldset', HTMLDetailsElement: 'details', HTMLDivElement: 'div',
  HTMLSpanElement: 'span', HTMLParagraphElement: 'p', HTMLUListElement: 'ul', HTMLOListElement: 'ol', HTMLLIElement: 'li',
  HTMLPreElement: 'pre', HTMLTableElement: 'table', HTMLTableRowElement: 'tr', HTMLBodyElement: 'body', HTMLHeadElement: 'head',
};
for (const name of Object.keys(tags)) registerHTMLClass(tags[name], dom[name]);
registerHTMLClass('dialog', HTMLDialogElement);
registerHTMLClass(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'], dom.HTMLHeadingElement);

// The document is fed piece by piece, so that a script finds what stands before it and no more.
mode.document = 'later';
const document = new DOMParser().parseFromString(' ', 'text/html');
mode.document = '';
const { handlers } = mode;
const view = document.defaultView;

const { parseFromString } = DOMParser.prototype;
define(DOMParser.prototype, {
  parseFromString(text, type) {
    mode.document = 'whole';
    try {
      return parseFromString.call(this, String(text) || ' ', type);
    } finally {
      mode.document = '';
    }
  },
});

// -- the document

let readyState = 'loading';
let currentScript = null;
const cookies = new Map();
define(document, {
  get readyState() { return readyState; },
  get currentScript() { return currentScript; },
  get defaultView() { return globalThis; },
  get location() { return location; },
  set location(url) { location.href = url; },
  get URL() { return location.href; },
  get documentURI() { return location.href; },
  get baseURI() { return location.href; },
  get domain() { return location.hostname; },
  get cookie() { return Array.from(cookies, ([name, value]) => (name ? name + '=' + value : value)).join('; '); },
  set cookie(text) {
    const [pair, ...rest] = String(text).split(';');
    const cut = pair.indexOf('=');
    const name = pair.slice(0, Math.max(cut, 0)).trim();
    const gone = rest.some((r) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(r) || (/^\s*expires\s*=/i.test(r) && Date.parse(r.slice(r.indexOf('=') + 1)) <= Date.now()));
    if (gone) cookies.delete(name);
    else cookies.set(name, pair.slice(cut + 1).trim());
  },
  get forms() { return document.querySelectorAll('form'); },
  get images() { return document.querySelectorAll('img'); },
  get links() { return document.querySelectorAll('a[href]'); },
  get scripts() { return document.querySelectorAll('script'); },
  get scrollingElement() { return document.documentElement; },
  referrer: '', visibilityState: 'visible', hidden: false, characterSet: 'UTF-8', compatMode: 'CSS1Compat', contentType: 'text/html',
  hasFocus: () => true,
  getElementsByName: (name) => Array.from(document.querySelectorAll('[name]')).filter((e) => e.getAttribute('name') === name),
  adoptNode(node) { return node.remove(), node; },
  createEvent(name) { return new (kinds[name.replace(/s$/, '')] || (/^custom/i.test(name) ? CustomEvent : Event))(''); },
});

// Libraries ask whether a document knows an event (React, of oninput).
for (const name of Object.getOwnPropertyNames(HTMLElement.prototype)) {
  if (name.startsWith('on')) Object.defineProperty(document, name, { configurable: true, writable: true, value: null });
}

// -- the window

const globals = { ...kinds, EventTarget, HTMLDialogElement, document, MutationObserver: view.MutationObserver, Image: view.Image, customElements: view.customElements };
for (const [name, member] of Object.entries(dom)) {
  if (/^[A-Z]/.test(name) && !(name in globals) && !['Event', 'CustomEvent', 'Document'].includes(name)) globals[name] = member;
}
globals.Document = Object.getPrototypeOf(Object.getPrototypeOf(document)).constructor;
globals.HTMLDocument = document.constructor;
const { addEventListener, removeEventListener, dispatchEvent } = EventTarget.prototype;
let realmLoads = true; // the realm thinks that a page has loaded with its first script
define(globalThis, {
  ...globals, addEventListener, removeEventListener,
  dispatchEvent(event) {
    if (realmLoads && event && event.type === 'load') return !(realmLoads = false);
    return dispatchEvent.call(globalThis, event);
  },
});
const { dispatchEvent: tellBefore } = before;
before.dispatchEvent = () => true;

for (const [Class, name] of [[HTMLScriptElement, 'src'], [HTMLImageElement, 'src'], [dom.HTMLLinkElement, 'href']]) {
  Object.defineProperty(Class.prototype, name, {
    configurable: true,
    get() { const text = this.getAttribute(name); return text ? new URL(text, location.href).href : ''; },
    set(value) { this.setAttribute(name, value); },
  });
}
Object.defineProperty(HTMLScriptElement.prototype, 'noModule', { configurable: true, get() { return this.hasAttribute('nomodule'); } });

// A script that a script inserts runs too, once.
const started = new WeakSet();
const Parent = Object.getPrototypeOf(dom.Element.prototype);
const { insertBefore } = Parent;
let ready = false;
define(Parent, {
  insertBefore(node, child) {
    if (!ready || !node) return insertBefore.call(this, node, child);
    const scripts = node.localName === 'script' ? [node] : node.nodeType === 11 ? Array.from(node.querySelectorAll('script')) : [];
    const inserted = insertBefore.call(this, node, child);
    for (const script of scripts) {
      if (started.has(script) || !script.isConnected || script.ownerDocument !== document) continue;
      started.add(script);
      if (kindOf(script) === 'classic' && !script.hasAttribute('src')) {
        const outer = currentScript;
        currentScript = script;
        try {
          (0, eval)(script.textContent);
        } catch (error) {
          queueMicrotask(() => { throw error; });
        }
        currentScript = outer;
        continue;
      }
      NATIVE.script(kindOf(script), script.getAttribute('src') || '', script.textContent, (event) => script.dispatchEvent(new Event(event)), (on) => (currentScript = on ? script : null));
    }
    return inserted;
  },
});
const kindOf = (script) => {
  const type = (script.getAttribute('type') || '').trim().toLowerCase();
  if (type === 'module') return 'module';
  return !type || /^(text|application)\/(x-)?(java|ecma)script$/.test(type) ? 'classic' : 'data';
};
const { innerHTML } = Object.getOwnPropertyDescriptors(dom.Element.prototype);
Object.defineProperty(dom.Element.prototype, 'innerHTML', {
  ...innerHTML,
  set(html) {
    const was = ready;
    ready = false; // scripts in innerHTML never run
    try {
      innerHTML.set.call(this, html === null ? '' : String(html));
    } finally {
      ready = was;
    }
  },
});

installForms(dom, document);
installGaps({ ...dom, HTMLDialogElement }, document);
const test = actions(document, view.MutationObserver);
const { shown } = test;
Object.defineProperty(HTMLElement.prototype, 'innerText', {
  configurable: true,
  get() { return shown(this); },
  set(text) { this.textContent = text; },
});
Object.defineProperty(globalThis, Symbol.for('qinghost.test'), { value: test });
ready = true;

export const hooks = {
  ...handlers,
  /** The parser is about to run the script that it made last. */
  lastScript() {
    const all = document.querySelectorAll('script');
    const script = all[all.length - 1];
    started.add(script);
    return script;
  },
  current(script) { currentScript = script; },
  fire(target, type) { target.dispatchEvent(new Event(type)); },
  interactive() {
    readyState = 'interactive';
    document.dispatchEvent(new Event('readystatechange'));
  },
  contentLoaded() {
    tellBefore.call(before, new Event('DOMContentLoaded'));
    document.dispatchEvent(new Event('DOMContentLoaded', { bubbles: true }));
  },
  complete() {
    readyState = 'complete';
    document.dispatchEvent(new Event('readystatechange'));
    const inline = document.body.getAttribute('onload');
    if (inline) globalThis.addEventListener('load', new Function('event', inline));
    globalThis.dispatchEvent(new Event('load'));
  },
  stop: test.stop,
};
