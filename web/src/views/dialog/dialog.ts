import type { View, ViewHost } from '../../host';
import { el, unique } from '../dom';
import { blocking, style } from '../layer';
import { strings } from '../strings';
import css from './dialog.css';

/** Asks for a password (validate). Answers `{password}`, an empty one too, or `{cancel: true}`. */
export function dialog(host: ViewHost): View {
  return {
    open({ prompt }: { prompt: string }, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const [heading, about, hint] = [unique('ask'), unique('ask'), unique('ask')];
      const finish = (answer: unknown): void => {
        layer.remove();
        done(answer);
      };
      const input = el('input', {
        type: 'password',
        'aria-label': t.password,
        'aria-describedby': hint,
        placeholder: t.password,
        autocomplete: 'off',
        enterkeyhint: 'done',
      });
      const box = el(
        'dialog',
        { class: 'ask', role: 'alertdialog', 'aria-labelledby': heading, 'aria-describedby': about },
        el(
          'form',
          {
            onsubmit: (event: Event) => {
              event.preventDefault();
              finish({ password: input.value });
            },
          },
          el('h1', { id: heading }, t.verifyPassword),
          el('p', { class: 'prompt', id: about, hidden: !prompt }, prompt),
          input,
          el('p', { class: 'hint', id: hint }, t.passwordHint),
          el(
            'div',
            { class: 'row' },
            el('button', { type: 'button', onclick: () => finish({ cancel: true }) }, t.cancel),
            el('button', { type: 'submit' }, t.ok),
          ),
        ),
      );
      const layer = blocking(box, { escape: () => finish({ cancel: true }), focus: () => input });
      closed.addEventListener('abort', () => layer.remove());
      layer.show();
    },
  };
}
