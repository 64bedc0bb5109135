import { el, put } from '../dom';
import { icon } from '../icons';
import type { Strings } from '../strings';

/** The navigation bar as the host tells it. */
export interface BarState {
  visible: boolean;
  /** Absent or null: the document's. */
  title?: string | null;
  /** The button at the right, with its text, or with three dots. */
  pop: null | { text: string };
  /** The page wants to hear of Back before anything goes back (defback). */
  backGuard: boolean;
}

/** The buttons of the bar. */
export type Press = 'back' | 'close' | 'pop';

/** The bar itself; the views lay it over the page, the simulator's frame puts it above the app. */
export interface Bar {
  readonly element: HTMLElement;
  show(state: BarState, title: string): void;
}

/** Draws a navigation bar. */
export function makeBar(t: Strings, press: (button: Press) => void): Bar {
  const sign = (name: string, text: string, button: Press): HTMLButtonElement =>
    el('button', { type: 'button', 'aria-label': text, title: text, onclick: () => press(button) }, icon(name));
  const heading = el('h1', {});
  const pop = el('button', { type: 'button', class: 'pop', onclick: () => press('pop') });
  const element = el(
    'header',
    { class: 'bar', role: 'banner', 'aria-label': t.navigationBar },
    el('div', { class: 'side' }, sign('back', t.back, 'back'), sign('close', t.close, 'close')),
    heading,
    el('div', { class: 'side end' }, pop),
  );
  return {
    element,
    show(state, title) {
      heading.textContent = title;
      element.hidden = !state.visible;
      pop.hidden = !state.pop;
      const text = state.pop ? state.pop.text : '';
      put(pop, text || icon('more'));
      if (text) pop.removeAttribute('aria-label');
      else pop.setAttribute('aria-label', t.more);
    },
  };
}
