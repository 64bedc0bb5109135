import type { View, ViewHost } from '../../host';
import { avatar } from '../avatar';
import { el, unique } from '../dom';
import { icon } from '../icons';
import { blocking, style } from '../layer';
import { strings } from '../strings';
import css from './freeCall.css';

interface Params {
  openId: string;
  name: string;
  /** Position and department. */
  about: string;
  phone: string;
}

/** Whom the client would ring up (freeCall). Answers `{cancel: true}` when it is hung up. */
export function freeCall(host: ViewHost): View {
  return {
    open({ openId, name, about, phone }: Params, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const [kind, who] = [unique('call'), unique('call')];
      const end = (): void => {
        layer.remove();
        done({ cancel: true });
      };
      const hangUp = el('button', { type: 'button', class: 'hang-up', onclick: end }, icon('hangUp'), t.hangUp);
      const dialog = el(
        'dialog',
        { class: 'ringing', 'aria-labelledby': `${kind} ${who}` },
        el(
          'div',
          { class: 'card-of-call' },
          el('p', { class: 'kind', id: kind }, t.freeCall),
          el('div', { class: 'face', 'aria-hidden': 'true' }, avatar(openId, name)),
          el('h1', { id: who }, name),
          about && el('p', { class: 'about' }, about),
          phone && el('p', { class: 'number' }, phone),
          el('p', { class: 'calling', role: 'status' }, t.calling),
          hangUp,
          el('p', { class: 'hint' }, t.freeCallHint),
        ),
      );
      const layer = blocking(dialog, { escape: end, focus: () => hangUp });
      closed.addEventListener('abort', () => layer.remove());
      layer.show();
    },
  };
}
