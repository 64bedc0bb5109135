import type { View, ViewHost } from '../../host';
import { ask } from '../ask';
import { el } from '../dom';
import { icon } from '../icons';
import { blocking, floating, Rank, style, type Layer } from '../layer';
import { strings } from '../strings';
import css from './call.css';

/** Somebody in a meeting, as the host tells it. */
export interface Participant {
  openId: string;
  name: string;
  state: 'ringing' | 'joined' | 'declined' | 'left';
  muted: boolean;
}

/** Draws a call's screen, and returns what takes its news. `over` is called when it is put away. */
type Opener<State> = (
  first: State,
  done: (answer: unknown) => void,
  over: () => void,
  closed: AbortSignal,
) => (state: State) => void;

/** A view of a call: the news go to the screen that is open, and to none once it is put away. */
export function callView<State>(open: Opener<State>): View {
  let current: ((state: State) => void) | undefined;
  return {
    open(state: State, done, closed) {
      if (closed.aborted) return;
      const over = () => {
        if (current === mine) current = undefined;
      };
      const mine = open(state, done, over, closed);
      current = mine;
    },
    update(state: State) {
      if (current) current(state);
    },
  };
}

/** Two faces of one meeting: the screen, and the bubble that is left of it when it is minimised. */
export interface Call {
  readonly screen: Layer;
  /** Shows the one or the other, as the host says. */
  minimise(minimised: boolean): void;
  end(): void;
}

/**
 * Lays a full screen call and its bubble over the page. `clocks` get the time that has passed, `title` names the bubble,
 * `view` is the call's name with the host.
 */
export function call(host: ViewHost, view: string, title: string, dialog: HTMLDialogElement, clocks: HTMLElement[]): Call {
  style(css);
  const t = strings(host.lang);
  const began = performance.now();
  const clock = el('span', { class: 'time' });
  const bubble = el(
    'button',
    { type: 'button', class: `bubble ${view}` },
    icon(view === 'live' ? 'eye' : 'phone'),
    el('span', { class: 'unseen' }, `${title} `),
    clock,
  );
  const handle = floating(bubble, Rank.bubble);
  const screen = blocking(dialog);
  dialog.setAttribute('aria-label', title);
  drag(bubble, () => ask(host, 'view.minimize', { view, minimized: false }));
  bubble.title = t.returnTo(title);

  const tick = (): void => {
    const text = elapsed(performance.now() - began);
    for (const each of [clock, ...clocks]) if (each.textContent !== text) each.textContent = text;
  };
  const timer = setInterval(tick, 500);
  tick();

  return {
    screen,
    minimise(minimised) {
      if (minimised === handle.shown && minimised !== screen.shown) return;
      if (minimised) {
        screen.hide();
        handle.show();
      } else {
        handle.hide();
        screen.show();
      }
    },
    end() {
      clearInterval(timer);
      handle.remove();
      screen.remove();
    },
  };
}

/** 04:07, 1:04:07. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Lets a bubble be dragged; it comes to rest at the nearer side. A press that does not move is a click. */
function drag(bubble: HTMLElement, press: () => void): void {
  let from: { x: number; y: number; left: number; top: number } | undefined;
  let moved = false;
  bubble.addEventListener('pointerdown', (event) => {
    const box = bubble.getBoundingClientRect();
    from = { x: event.clientX, y: event.clientY, left: box.left, top: box.top };
    moved = false;
    bubble.setPointerCapture(event.pointerId);
  });
  bubble.addEventListener('pointermove', (event) => {
    if (!from) return;
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y;
    if (!moved && Math.hypot(dx, dy) < 5) return;
    moved = true;
    bubble.classList.add('dragged');
    put(from.left + dx, from.top + dy);
  });
  const drop = (): void => {
    if (from && moved) {
      bubble.classList.remove('dragged');
      const box = bubble.getBoundingClientRect();
      put(box.left + box.width / 2 < innerWidth / 2 ? 8 : innerWidth - box.width - 8, box.top);
    }
    from = undefined;
  };
  bubble.addEventListener('pointerup', drop);
  bubble.addEventListener('pointercancel', drop);
  bubble.addEventListener('click', () => {
    if (!moved) press();
    moved = false;
  });

  function put(left: number, top: number): void {
    const box = bubble.getBoundingClientRect();
    bubble.style.left = `${Math.max(8, Math.min(innerWidth - box.width - 8, left))}px`;
    bubble.style.top = `${Math.max(8, Math.min(innerHeight - box.height - 8, top))}px`;
    bubble.style.right = 'auto';
  }
}
