import type { View, ViewHost } from '../../host';
import { avatar } from '../avatar';
import { el } from '../dom';
import { style } from '../layer';
import { makeScreen } from '../screen/screen';
import { strings } from '../strings';
import css from './chat.css';

interface Person {
  openId: string;
  name: string;
}

interface Params {
  title: string;
  /** Besides the current user. */
  people: Person[];
  group: boolean;
  me: Person;
}

/** How many faces stand above an empty conversation. */
const FACES = 5;

/** The chat page of a person or a group (chat), without anybody who answers. Answers `{cancel: true}` when it is left. */
export function chat(host: ViewHost): View {
  return {
    open({ title, people, group, me }: Params, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const heads = people.length + 1;
      const input = el('input', {
        type: 'text',
        'aria-label': t.message,
        placeholder: t.message,
        autocomplete: 'off',
        enterkeyhint: 'send',
        oninput: () => {
          send.disabled = !input.value.trim();
        },
      });
      const send = el('button', { type: 'submit', disabled: true }, t.send);
      const log = el(
        'div',
        { class: 'log', role: 'log', 'aria-label': t.messages, tabindex: 0 },
        el(
          'div',
          { class: 'intro' },
          el(
            'div',
            { class: 'faces', 'aria-hidden': 'true' },
            ...people.slice(0, FACES).map(({ openId, name }) => avatar(openId, name)),
          ),
          el('b', {}, title),
          group && el('span', {}, t.heads(heads)),
          el('p', {}, t.chatHint),
        ),
      );
      const form = el(
        'form',
        {
          onsubmit: (event: Event) => {
            event.preventDefault();
            const text = input.value.trim();
            if (!text) return;
            log.append(el('div', { class: 'message' }, avatar(me.openId, me.name), el('p', {}, text)));
            log.scrollTop = log.scrollHeight;
            input.value = '';
            send.disabled = true;
            input.focus();
          },
        },
        input,
        send,
      );
      const back = (): void => {
        layer.remove();
        done({ cancel: true });
      };
      const layer = makeScreen(t, { kind: 'chat', title, count: group ? heads : 0, back }, log, form);
      closed.addEventListener('abort', () => layer.remove());
      layer.show();
    },
  };
}
