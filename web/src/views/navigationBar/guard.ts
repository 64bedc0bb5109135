// The browser's Back as the phone's 返回, while the page asks to hear of it (defback).
//
// A copy of the current history entry, the guard, always lies on top. Back takes it off, which the page does not see, and it is
// put back at once. What the page itself pushes goes below the guard; where it goes back by script, the guard is skipped.

type Write = (state: unknown, title: string, url?: string | URL | null) => void;

/** Arms and disarms the guard; `back` is called for every Back that was caught. */
export interface Guard {
  arm(on: boolean): void;
  /** How many entries of the history are the guard's. */
  readonly depth: number;
}

/**
 * Makes a guard; nothing of the page's history is touched before it is armed for the first time. Make it early: of the listeners
 * of a popstate, the first one added is the first one called, and what it stops the page does not see.
 */
export function backGuard(back: () => void): Guard {
  const { pushState: push, replaceState: replace, go } = History.prototype;
  let wanted = false;
  let armed = false;
  let installed = false;
  /** A step of ours, or of the page's script, is under way: the next popstate is not somebody pressing Back. */
  let stepping: (() => void) | undefined;
  let below = '';
  let key: unknown;
  let top: { state: unknown; url: string } = { state: null, url: '' };

  // The same URL may lie twice in a history; where there is the Navigation API, its key tells them apart.
  const here = (): unknown => {
    const navigation = (window as any).navigation;
    return navigation && navigation.currentEntry && navigation.currentEntry.key;
  };
  const note = (): void => {
    top = { state: history.state, url: location.href };
  };

  function lay(): void {
    armed = true;
    below = location.href;
    key = here();
    push.call(history, history.state, '', location.href);
    note();
  }

  function step(delta: number, then: () => void): void {
    const finish = (): void => {
      clearTimeout(late);
      stepping = undefined;
      then();
    };
    // There may be nothing to go to, and then no event comes.
    const late = setTimeout(finish, 400);
    stepping = finish;
    go.call(history, delta);
  }

  function lift(): void {
    armed = false;
    const was = top;
    step(-1, () => {
      if (was.url !== location.href || was.state !== history.state) replace.call(history, was.state, '', was.url);
      if (wanted) lay();
    });
  }

  const popped = (event: PopStateEvent): void => {
    if (!event.isTrusted) return;
    if (stepping) {
      const own = !armed;
      if (own) event.stopImmediatePropagation();
      return stepping();
    }
    if (!armed) return;
    if (location.href === below && here() === key) {
      event.stopImmediatePropagation();
      const moved = top.url !== below;
      replace.call(history, top.state, '', top.url);
      lay();
      // A router that listened before us has seen the address below the guard, and must come back from there.
      if (moved) window.dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
      back();
    } else {
      // A link to a fragment, or a jump: the guard moves on top, once the page has seen the event.
      setTimeout(() => {
        if (armed && !stepping) lay();
      });
    }
  };

  const listen = (): void => window.addEventListener('popstate', popped, true);
  listen();

  function install(): void {
    listen(); // again, for document.open() forgets listeners; adding one twice does nothing
    if (installed) return;
    installed = true;
    const [pagePush, pageReplace, pageGo] = [history.pushState, history.replaceState, history.go] as [
      Write,
      Write,
      (delta?: number) => void,
    ];
    history.pushState = (state: unknown, title: string, url?: string | URL | null) => {
      if (!armed) return pagePush.call(history, state, title, url);
      pageReplace.call(history, state, title, url);
      lay();
    };
    history.replaceState = (state: unknown, title: string, url?: string | URL | null) => {
      pageReplace.call(history, state, title, url);
      if (armed) note();
    };
    history.go = (delta?: number) => {
      if (!armed || !delta || delta > 0) return pageGo.call(history, delta);
      step(delta - 1, () => {
        if (wanted) setTimeout(lay);
      });
    };
    history.back = () => history.go(-1);
  }

  return {
    get depth() {
      return armed ? 1 : 0;
    },
    arm(on) {
      wanted = on;
      if (on) install();
      if (stepping || on === armed) return;
      if (on) lay();
      else lift();
    },
  };
}
