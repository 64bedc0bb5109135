import type { View, ViewHost } from '../../host';
import { ask } from '../ask';
import { avatar } from '../avatar';
import { call, callView, type Call, type Participant } from '../call/call';
import { el, put } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { strings, type Strings } from '../strings';
import css from './voiceMeeting.css';

/** The meeting as the host tells it, at the start and after every change. */
interface State {
  groupName?: string;
  me: { openId: string; name: string; muted?: boolean };
  people: Participant[];
  minimized: boolean;
}

/** The call screen (createVoiceMeeting). Answers `{end: true}`. */
export function voiceMeeting(host: ViewHost): View {
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
  let muted = false;
  let screen: Call;
  const minimise = el(
    'button',
    {
      type: 'button',
      class: 'corner',
      'aria-label': t.minimise,
      title: t.minimise,
      onclick: () => ask(host, 'view.minimize', { view: 'voiceMeeting', minimized: true }),
    },
    icon('minimise'),
  );
  const invite = (): void => ask(host, 'view.invite', {});
  const mute = round('mic', t.mute, () => {
    setMuted(!muted);
    ask(host, 'view.mute', { muted });
  });
  const speaker = round('speaker', t.speaker, () =>
    speaker.setAttribute('aria-pressed', String(speaker.getAttribute('aria-pressed') !== 'true')),
  );
  speaker.setAttribute('aria-pressed', 'false');
  const heading = el('h1', {});
  const count = el('p', { class: 'count' });
  const clock = el('span', { class: 'time', role: 'timer', 'aria-label': t.elapsed });
  const grid = el('ul', { class: 'grid', role: 'list', 'aria-label': t.members });
  const news = el('p', { class: 'unseen', 'aria-live': 'polite' });
  const dialog = el(
    'dialog',
    { class: 'sheet call voice' },
    el('header', {}, minimise, el('div', { class: 'names' }, heading, el('p', { class: 'sub' }, clock, count))),
    el('div', { class: 'middle' }, grid),
    news,
    el(
      'footer',
      {},
      el('div', { class: 'controls' }, mute, speaker, round('invite', t.invite, invite)),
      round(
        'hangUp',
        t.end,
        () => {
          end();
          done({ end: true });
        },
        'end',
      ),
    ),
  );
  screen = call(host, 'voiceMeeting', t.voiceMeeting, dialog, [clock]);
  const seats = new Map<string, Seat>();

  function end(): void {
    over(); // news that is still on its way must not bring the screen back
    screen.end();
  }

  /** Shown at once, and again as the host confirms it. */
  function setMuted(now: boolean): void {
    muted = now;
    mute.setAttribute('aria-pressed', String(muted));
    put(mute, icon(muted ? 'micOff' : 'mic'), t.mute);
  }

  function update(state: State): void {
    heading.textContent = state.groupName || t.voiceMeeting;
    const own = state.people.find(({ openId }) => openId === state.me.openId);
    const me: Participant = own || {
      ...state.me,
      state: 'joined',
      muted: state.me.muted === undefined ? muted : state.me.muted,
    };
    setMuted(me.muted);
    const all = [me].concat(state.people.filter((person) => person !== own));
    count.textContent = t.inMeeting(all.filter((person) => person.state === 'joined').length);
    const told: string[] = [];
    all.forEach((person, i) => {
      let seat = seats.get(person.openId);
      if (!seat) seats.set(person.openId, (seat = makeSeat(person, t)));
      if (seat.show(person)) told.push(`${person.name} ${t[person.state]}`);
      if (grid.children[i] !== seat.element) grid.insertBefore(seat.element, grid.children[i] || null);
    });
    for (const [openId, seat] of Array.from(seats)) {
      if (all.some((person) => person.openId === openId)) continue;
      seat.element.remove();
      seats.delete(openId);
    }
    grid.dataset.size = all.length <= 4 ? 'large' : '';
    if (told.length) news.textContent = told.join(', ');
    screen.minimise(state.minimized);
  }

  closed.addEventListener('abort', end);
  update(first);
  return update;
}

/** One participant's place in the grid; `show` says whether the state is another than before. */
interface Seat {
  element: HTMLElement;
  show(person: Participant): boolean;
}

function makeSeat({ openId, name }: Participant, t: Strings): Seat {
  const state = el('span', { class: 'state' });
  const muted = el('span', { class: 'muted' });
  const element = el(
    'li',
    { class: 'seat' },
    el('span', { class: 'face' }, avatar(openId, name), muted),
    el('span', { class: 'name' }, name),
    ' ',
    state,
  );
  let before = '';
  return {
    element,
    show(person) {
      const changed = before !== '' && before !== person.state;
      before = person.state;
      element.dataset.state = person.state;
      state.textContent = t[person.state];
      put(muted, person.muted && icon('micOff'), person.muted && el('span', { class: 'unseen' }, t.muted));
      element.setAttribute('aria-label', [name, t[person.state], person.muted && t.muted].filter(Boolean).join(' '));
      return changed;
    },
  };
}

function round(sign: string, text: string, press: () => void, kind = ''): HTMLButtonElement {
  return el('button', { type: 'button', class: `round ${kind}`, onclick: press }, icon(sign), text);
}
