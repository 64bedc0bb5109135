import type { View, ViewHost } from '../../host';
import { el, unique } from '../dom';
import { icon } from '../icons';
import { floating, Rank, style } from '../layer';
import { strings } from '../strings';
import css from './speech.css';

interface Params {
  /** It is being said now (startSpeechRecognize); otherwise a recording is heard (voiceRecognize). */
  live: boolean;
  /** Seconds of the recording. */
  len: number;
}

/**
 * Somebody speaks, by typing. The page stays usable: its own button ends the listening. Answers `{text}`, or `{cancel: true}`
 * when nothing was understood.
 */
export function speech(host: ViewHost): View {
  return {
    open({ live, len }: Params, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const heading = unique('speech');
      const finish = (answer: unknown): void => {
        layer.remove();
        done(answer);
      };
      const input = el('input', {
        type: 'text',
        'aria-label': t.whatWasSaid,
        placeholder: t.whatWasSaid,
        autocomplete: 'off',
        enterkeyhint: 'done',
        oninput: () => {
          ok.disabled = !input.value.trim();
        },
      });
      const ok = el('button', { type: 'submit', class: 'ok', disabled: true }, t.ok);
      const waves = el('span', { class: live ? 'waves live' : 'waves', 'aria-hidden': 'true' });
      for (let i = 0; i < 4; i++) waves.append(el('i'));
      const panel = el(
        'div',
        {
          class: 'speech',
          role: 'dialog',
          'aria-labelledby': heading,
          onkeydown: (event: KeyboardEvent) => {
            if (event.key === 'Escape' && !event.isComposing) finish({ cancel: true });
          },
        },
        el(
          'div',
          { class: 'top' },
          waves,
          el('h1', { id: heading }, live ? t.listening : t.recording(len)),
          el(
            'button',
            {
              type: 'button',
              class: 'close',
              'aria-label': t.notUnderstood,
              title: t.notUnderstood,
              onclick: () => finish({ cancel: true }),
            },
            icon('close'),
          ),
        ),
        el(
          'form',
          {
            onsubmit: (event: Event) => {
              event.preventDefault();
              if (input.value.trim()) finish({ text: input.value.trim() });
            },
          },
          input,
          ok,
        ),
        el('p', {}, t.speechHint),
      );
      const layer = floating(panel, Rank.bubble);
      closed.addEventListener('abort', () => layer.remove());
      layer.show();
      input.focus({ preventScroll: true });
    },
  };
}
