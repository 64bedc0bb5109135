// Pages do to a foreign element what they like: they remove it, replace the whole document, or open something above it.
// This file notices; layer.ts repairs.

/** Calls `repair` after every change that may have taken `host` out of the document, or tampered with it. */
export function watchTree(host: HTMLElement, repair: () => void): () => void {
  let burst = 0;
  const changed = (): void => {
    // A page that removes every unknown element in an observer of its own would keep the two of us busy for ever.
    if (++burst > 20) return;
    if (burst === 1)
      setTimeout(() => {
        if (burst > 20) {
          burst = 0;
          changed();
        } else burst = 0;
      }, 250);
    repair();
    observe();
  };
  const observer = new MutationObserver(changed);
  const observe = (): void => {
    observer.observe(document, { childList: true });
    if (document.documentElement) observer.observe(document.documentElement, { childList: true });
    observer.observe(host, { attributes: true });
  };
  observe();
  return () => observer.disconnect();
}

/**
 * Calls `before` and `after` around a rewrite of the document. document.open(), and a document.write() that implies it, take the
 * listeners off every element that is in the document at that time, also in shadow roots: ours must not be.
 */
export function aroundRewrite(before: () => void, after: () => void): void {
  for (const name of ['open', 'write', 'writeln'] as const) {
    wrap(Document.prototype, name, (native, self, args) => {
      // While the parser runs, write() only adds to its input; three arguments make open() that of the window.
      const rewrites = self === document && (name === 'open' ? args.length < 3 : document.readyState !== 'loading');
      if (!rewrites) return native.apply(self, args);
      before();
      try {
        return native.apply(self, args);
      } finally {
        after();
      }
    });
  }
}

function wrap(owner: any, name: string, instead: (native: Function, self: any, args: unknown[]) => unknown): void {
  const native = owner[name];
  owner[name] = {
    [name](...args: unknown[]): unknown {
      return instead(native, this, args);
    },
  }[name];
}

/** A dialog's own showModal, for our dialogs; the page gets the one that tells us. */
export const showModal = HTMLDialogElement.prototype.showModal;

/** Calls `covered` when the page has put something into the top layer. */
export function watchTopLayer(mine: (node: Node) => boolean, covered: () => void): () => void {
  // The wrapper acts at once; the event catches popovers and what needs no call (command), and comes a task later.
  const told = new WeakSet<object>();
  wrap(HTMLDialogElement.prototype, 'showModal', (native, self, args) => {
    native.apply(self, args);
    if (mine(self)) return;
    told.add(self);
    covered();
  });
  const toggled = (event: Event): void => {
    const node = event.target as Element;
    if ((event as any).newState !== 'open' || mine(node)) return;
    if (told.delete(node)) return;
    if (node.matches('dialog:modal,:popover-open')) covered();
  };
  const filled = (): void => {
    if (document.fullscreenElement) covered();
  };
  const listen = (): void => {
    document.addEventListener('toggle', toggled, true);
    document.addEventListener('fullscreenchange', filled, true);
  };
  listen();
  return listen;
}
