import type { View, ViewHost } from '../../host';
import { ask } from '../ask';
import { avatar } from '../avatar';
import { call, callView, type Participant } from '../call/call';
import { el, put } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { strings } from '../strings';
import css from './live.css';

/** The broadcast as the host tells it. */
interface State {
  title: string;
  me: { openId: string; name: string };
  people: Participant[];
  viewers: number;
  comments: { id: string; name: string; text: string }[];
  minimized: boolean;
}

/** The anchor's screen of a live broadcast (createLive). Answers `{end: true}`. */
export function live(host: ViewHost): View {
  return callView<State>((...given) => open(host, ...given));
}

function open(
  host: ViewHost,
  first: State,
  done: (answer: unknown) => void,
  over: () => void,
  closed: AbortSignal,
): (state: State) => void {
  style(css);
  const t = strings(host.lang);
  const minimise = el(
    'button',
    {
      type: 'button',
      class: 'corner',
      'aria-label': t.minimise,
      title: t.minimise,
      onclick: () => ask(host, 'view.minimize', { view: 'live', minimized: true }),
    },
    icon('minimise'),
  );
  const stop = el(
    'button',
    {
      type: 'button',
      class: 'end',
      onclick: () => {
        end();
        done({ end: true });
      },
    },
    t.endLive,
  );
  const title = el('h1', {});
  const viewers = el('span', { class: 'viewers' });
  const clock = el('span', { role: 'timer', 'aria-label': t.elapsed });
  const audience = el('ul', { class: 'audience', role: 'list', 'aria-label': t.members });
  const comments = el('div', { class: 'comments', role: 'log', 'aria-label': t.comments, tabindex: 0 });
  const dialog = el(
    'dialog',
    { class: 'sheet call onair' },
    el(
      'div',
      { class: 'stage', 'aria-hidden': 'true' },
      el('i', { class: 'glow one' }),
      el('i', { class: 'glow two' }),
      el('span', { class: 'anchor' }, avatar(first.me.openId, first.me.name)),
    ),
    el(
      'header',
      {},
      el(
        'div',
        { class: 'pill' },
        avatar(first.me.openId, first.me.name),
        el('div', { class: 'who' }, el('b', {}, first.me.name), viewers),
      ),
      audience,
      minimise,
    ),
    el('div', { class: 'about' }, el('span', { class: 'badge' }, 'LIVE'), clock, title),
    el('div', { class: 'space' }),
    comments,
    el('footer', {}, stop),
  );
  const screen = call(host, 'live', t.live, dialog, [clock]);
  let drawn: string[] = [];

  function end(): void {
    over(); // news that is still on its way must not bring the screen back
    screen.end();
  }

  function update(state: State): void {
    title.textContent = state.title;
    viewers.textContent = t.viewers(state.viewers);
    const joined = state.people.filter((person) => person.state === 'joined' && person.openId !== state.me.openId);
    const faces = joined.map(({ openId }) => openId).join();
    if (audience.dataset.faces !== faces) {
      audience.dataset.faces = faces;
      put(
        audience,
        ...joined.slice(-4).map(({ openId, name }) => el('li', { 'aria-label': name, title: name }, avatar(openId, name))),
      );
    }
    // A log is told by what is added to it: known lines stay.
    const ids = state.comments.map(({ id }) => id);
    if (drawn.some((id, i) => ids[i] !== id)) {
      put(comments);
      drawn = [];
    }
    for (const { name, text } of state.comments.slice(drawn.length))
      comments.append(el('p', { class: 'comment' }, el('b', {}, `${name} `), text));
    if (ids.length > drawn.length) comments.scrollTop = comments.scrollHeight;
    drawn = ids;
    screen.minimise(state.minimized);
  }

  closed.addEventListener('abort', end);
  update(first);
  return update;
}
