import type { View, ViewHost } from '../../host';
import { ask } from '../ask';
import { el } from '../dom';
import { icon } from '../icons';
import { escape, floating, Rank, style } from '../layer';
import { strings } from '../strings';
import { makeBar, type BarState, type Press } from './bar';
import barCSS from './bar.css';
import { backGuard } from './guard';
import css from './navigationBar.css';

/** The navigation bar of the client's web view: drawn here over the page, or told to the simulator's frame. */
export function navigationBar(host: ViewHost): View {
  let state: BarState = { visible: true, pop: null, backGuard: false };
  const guard = backGuard(() => press('back'));
  const show = host.place === 'frame' ? tell : overlay(host, press);

  async function press(button: Press): Promise<void> {
    // A native screen lies over the bar on the phone; here the bar may stand outside its reach.
    if (escape()) return;
    if (button !== 'back') return ask(host, button === 'pop' ? 'view.pop' : 'view.close', {});
    const answer: any = await host.call('view.back', {}).catch(() => undefined);
    if (answer && (answer.data || answer).handled) return; // with the envelope of a result, or without
    goBack(guard.depth, () => ask(host, 'view.close', {}));
  }

  function tell(now: BarState, title: string): void {
    if (window.parent !== window)
      window.parent.postMessage({ qinghost: 'navigationBar', state: { ...now, title } }, location.origin);
  }

  const pressed = (event: MessageEvent): void => {
    if (event.source !== window.parent || event.origin !== location.origin) return;
    const { data } = event;
    if (data && data.qinghost === 'press' && ['back', 'close', 'pop'].includes(data.button)) press(data.button);
  };

  // As long as the page has set no other, the bar has its document's title, also a later one.
  let drawn: string | undefined;
  let follows = true;
  const draw = (force: boolean): void => {
    // Again and again, for document.open() forgets listeners.
    if (host.place === 'frame') window.addEventListener('message', pressed);
    const title = follows ? document.title : state.title || '';
    if (!force && title === drawn) return;
    drawn = title;
    show(state, title);
  };
  let watching: number | undefined;

  return {
    update(now: BarState) {
      if (now.title !== state.title) follows = now.title == null || now.title === document.title;
      state = now;
      draw(true);
      guard.arm(!!state.backGuard);
      if (!watching) watching = window.setInterval(() => draw(false), 700);
    },
  };
}

/** Goes back in this frame, the guard's own entries apart; `none` is called where there is nothing to go back to. */
function goBack(guards: number, none: () => void): void {
  const navigation = (window as any).navigation;
  if (navigation && navigation.currentEntry) return navigation.currentEntry.index > guards ? history.back() : none();
  if (history.length <= 1 + guards) return none();
  // The length counts what lies ahead too, so only trying tells.
  const late = setTimeout(none, 1000);
  for (const type of ['popstate', 'pagehide'])
    window.addEventListener(type, () => clearTimeout(late), { once: true, capture: true });
  history.back();
}

/** A small button that unfolds the bar over the page, which so keeps its size. */
function overlay(host: ViewHost, press: (button: Press) => void): (state: BarState, title: string) => void {
  style(barCSS);
  style(css);
  const t = strings(host.lang);
  const bar = makeBar(t, press);
  const sheet = floating(
    el(
      'div',
      {
        class: 'unfolded',
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === 'Escape') fold();
        },
      },
      bar.element,
    ),
    Rank.bar,
  );
  const button = el(
    'button',
    {
      type: 'button',
      class: 'fold',
      'aria-label': t.navigation,
      title: t.navigation,
      'aria-expanded': 'false',
      onclick: () => (sheet.shown ? fold() : unfold()),
    },
    icon('bar'),
  );
  const knob = floating(button, Rank.bar);

  function unfold(): void {
    sheet.show();
    button.setAttribute('aria-expanded', 'true');
    bar.element.querySelector('button')!.focus();
  }

  function fold(): void {
    sheet.hide();
    button.setAttribute('aria-expanded', 'false');
    if (knob.shown) button.focus();
  }

  return (state, title) => {
    bar.show(state, title);
    if (state.visible) {
      if (!knob.shown) knob.show();
    } else {
      if (sheet.shown) fold();
      knob.hide();
    }
  };
}
