// The one element that the views add to the page: <qing-host>, with everything in its shadow root and shown in the top layer.
import base from './base.css';
import { aroundRewrite, showModal, watchTopLayer, watchTree } from './keep';

/** Something in the top layer. */
export interface Layer {
  /** Shows it, above what is there of its rank. */
  show(): void;
  hide(): void;
  /** Puts it away for good; the focus goes back to where it was. */
  remove(): void;
  readonly shown: boolean;
}

/** What lies above what, whatever the order of opening. */
export enum Rank {
  bar,
  bubble,
  dialog,
  toast,
}

interface Entry {
  element: HTMLElement;
  escape?: () => void;
  rank: Rank;
  shown: boolean;
  raise(): void;
  lower(): void;
}

const host = document.createElement('qing-host');
const root = host.attachShadow({ mode: 'open' });
const sheets = new Map<string, CSSStyleSheet>();
let entries: Entry[] = [];
let stopWatching: (() => void) | undefined;
let listenTop: (() => void) | undefined;

// What happens in a view is none of the page's business: its shortcuts, click-outside handlers and touch blockers stay out.
const PRIVATE =
  'keydown keyup keypress click dblclick auxclick contextmenu mousedown mouseup pointerdown pointerup pointermove ' +
  'pointercancel touchstart touchmove touchend wheel beforeinput input focusin focusout copy cut paste';
for (const type of PRIVATE.split(' ')) host.addEventListener(type, (event) => event.stopPropagation(), { passive: true });

/** Adds a style sheet to the shadow root, once. */
export function style(css: string): void {
  if (sheets.has(css)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(css, sheet);
  root.adoptedStyleSheets = Array.from(sheets.values());
}

style(base); // first, so that views override it

/** The element that has the focus in a view. */
export function focused(): Element | null {
  return root.activeElement;
}

/** Does what Escape would do to the topmost blocking view; false where there is none. */
export function escape(): boolean {
  const dialogs = entries.filter((entry) => entry.rank === Rank.dialog);
  const top = dialogs.pop();
  if (top && top.escape) top.escape();
  return !!top;
}

/** A view that blocks the page until it is answered. `escape` is what Escape does; without it, nothing. */
export function blocking(
  dialog: HTMLDialogElement,
  options: { escape?: () => void; focus?: () => HTMLElement | null } = {},
): Layer {
  let back: Element | null = null;
  let last: HTMLElement | null = null;
  dialog.classList.add('q', 'enter');
  dialog.tabIndex = -1;
  dialog.addEventListener('animationend', (event) => {
    if (event.target === dialog) dialog.classList.remove('enter');
  });
  dialog.addEventListener('focusin', (event) => {
    last = event.target as HTMLElement;
  });
  const entry: Entry = {
    element: dialog,
    escape: options.escape,
    rank: Rank.dialog,
    shown: false,
    raise() {
      const again = last;
      if (dialog.open) dialog.close();
      showModal.call(dialog);
      const focus = again && dialog.contains(again) ? again : options.focus ? options.focus() : dialog;
      if (focus) focus.focus({ preventScroll: true });
    },
    lower() {
      if (dialog.open) dialog.close();
    },
  };
  // Chromium lets a second Escape through however `cancel` is answered, unless the key itself is taken.
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    if (options.escape) options.escape();
  });
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    if (event.target === dialog && options.escape) options.escape();
  });
  // A back gesture, or a page's script that reached in, closed it without us.
  dialog.addEventListener('close', () => {
    if (!entry.shown || dialog.open) return;
    if (options.escape) options.escape();
    else raise(entries.indexOf(entry));
  });
  return {
    get shown() {
      return entry.shown;
    },
    show() {
      if (!entry.shown) back = document.activeElement;
      present(entry);
    },
    hide: () => withdraw(entry, back),
    remove() {
      withdraw(entry, back);
      dialog.remove();
    },
  };
}

/** A view that leaves the page usable: a popover where there are popovers, else an element that z-index lifts. */
export function floating(element: HTMLElement, rank: Rank): Layer {
  element.classList.add('q');
  const popover = typeof element.showPopover === 'function';
  if (popover) element.popover = 'manual';
  else element.classList.add('fixed');
  const entry: Entry = {
    element,
    rank,
    shown: false,
    raise() {
      if (!popover) return;
      if (element.matches(':popover-open')) element.hidePopover();
      element.showPopover();
    },
    lower() {
      if (popover && element.matches(':popover-open')) element.hidePopover();
    },
  };
  return {
    get shown() {
      return entry.shown;
    },
    show: () => present(entry),
    hide: () => {
      withdraw(entry, null);
      element.remove();
    },
    remove: () => {
      withdraw(entry, null);
      element.remove();
    },
  };
}

function present(entry: Entry): void {
  entries = entries.filter((other) => other !== entry);
  const at = entries.findIndex((other) => other.rank > entry.rank);
  entries.splice(at < 0 ? entries.length : at, 0, entry);
  entry.shown = true;
  attach();
  raise(entries.indexOf(entry));
}

function withdraw(entry: Entry, back: Element | null): void {
  if (!entry.shown) return;
  const had = entry.element.contains(root.activeElement);
  entry.shown = false;
  entries = entries.filter((other) => other !== entry);
  // A toast that stood in this dialog moves out before the dialog goes.
  const toasts = entries.findIndex((other) => other.rank === Rank.toast);
  if (toasts >= 0) raise(toasts);
  entry.lower();
  if (back && had && (document.activeElement === document.body || !document.activeElement))
    (back as HTMLElement).focus?.({ preventScroll: true });
  if (entries.length === 0) detach();
}

/** Shows again, in their order, the entries from the given one up: each lands on top of all before it. */
function raise(from: number): void {
  for (const entry of entries.slice(from)) {
    // What is outside a modal dialog is inert, and so hidden from screen readers: a toast goes into the topmost one.
    const dialogs = entries.filter((other) => other.rank === Rank.dialog);
    const parent = entry.rank === Rank.toast && dialogs.length ? dialogs[dialogs.length - 1].element : root;
    if (entry.element.parentNode !== parent) parent.append(entry.element);
    entry.raise();
  }
}

/** Puts the host element into the document, or back into it. */
function attach(): void {
  const parent = document.documentElement;
  if (!parent || entries.length === 0) return;
  const tampered = guardStyle();
  const away = host.parentNode !== parent;
  if (away) parent.append(host);
  // Hidden or removed for a moment, the views have lost their places and the focus.
  if (away || tampered) raise(0);
  if (!stopWatching) stopWatching = watchTree(host, attach);
  // document.open() forgets all listeners of the document.
  if (listenTop) listenTop();
  else {
    listenTop = watchTopLayer(
      (node) => node.getRootNode() === root,
      () => raise(0),
    );
    aroundRewrite(() => host.remove(), attach);
  }
}

function detach(): void {
  if (stopWatching) stopWatching();
  stopWatching = undefined;
  host.remove();
}

// Important and on the element itself: no rule of the page is stronger.
const HOST_STYLE: [string, string][] = [
  ['all', 'initial'],
  ['display', 'block'],
  ['position', 'fixed'],
  ['left', '0px'],
  ['top', '0px'],
  ['width', '0px'],
  ['height', '0px'],
  ['z-index', '2147483647'],
  ['pointer-events', 'auto'],
];
let painted = '';

/** Takes back what a page did to the host element's attributes; says whether it did. */
function guardStyle(): boolean {
  const foreign = host.getAttributeNames().filter((name) => name !== 'style');
  for (const name of foreign) host.removeAttribute(name);
  if (painted && host.style.cssText === painted) return foreign.length > 0;
  host.style.cssText = '';
  for (const [name, value] of HOST_STYLE) host.style.setProperty(name, value, 'important');
  painted = host.style.cssText;
  return true;
}
