import type { View, ViewHost } from '../../host';
import { avatar } from '../avatar';
import { el, unique } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { makeScreen } from '../screen/screen';
import { strings } from '../strings';
import css from './personCard.css';

interface Params {
  openId: string;
  name: string;
  company: string;
  department: string;
  jobTitle: string;
  /** 0 unknown, 1 male, 2 female. */
  gender: number;
  phone: string;
  email: string;
  jobNo: string;
  me: boolean;
}

/** Somebody's card (personInfo). Answers `{chat: true}`, or `{cancel: true}` when it is left. */
export function personCard(host: ViewHost): View {
  return {
    open(person: Params, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const finish = (answer: unknown): void => {
        layer.remove();
        done(answer);
      };
      const name = unique('name');
      const rows: [string, string][] = [
        [t.company, person.company],
        [t.department, person.department.split('/').join(' / ')],
        [t.jobTitle, person.jobTitle],
        [t.gender, ['', t.male, t.female][person.gender]],
        [t.phone, person.phone],
        [t.email, person.email],
        [t.jobNo, person.jobNo],
      ];
      const write = el(
        'button',
        { type: 'button', class: 'write', onclick: () => finish({ chat: true }) },
        icon('chat'),
        t.sendMessage,
      );
      const layer = makeScreen(
        t,
        { kind: 'card', title: t.personCard, back: () => finish({ cancel: true }) },
        el(
          'div',
          { class: 'body', tabindex: -1 },
          el(
            'section',
            { class: 'hero', 'aria-labelledby': name },
            avatar(person.openId, person.name),
            el('h2', { id: name }, person.name),
            el('p', { class: 'about' }, [person.jobTitle, person.department.split('/').pop()].filter(Boolean).join(' · ')),
          ),
          el('dl', {}, ...rows.map(([term, text]) => text && el('div', {}, el('dt', {}, term), el('dd', {}, text)))),
        ),
        !person.me && el('footer', {}, write),
        el('div', { class: 'glow', 'aria-hidden': 'true' }),
      );
      closed.addEventListener('abort', () => layer.remove());
      layer.show();
    },
  };
}
