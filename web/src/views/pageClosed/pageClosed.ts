import type { View, ViewHost } from '../../host';
import { el, unique } from '../dom';
import { icon } from '../icons';
import { blocking, style } from '../layer';
import { strings } from '../strings';
import css from './pageClosed.css';

/** What is left of a page that closed itself (closeWebView) where no script may close the tab. Answers `{reopen: true}`. */
export function pageClosed(host: ViewHost): View {
  return {
    open(_params, done, closed) {
      const show = (): void => {
        if (!closed.aborted) draw(host, done, closed);
      };
      if (host.place !== 'page') return show();
      window.close();
      setTimeout(show, 150);
    },
  };
}

function draw(host: ViewHost, done: (answer: unknown) => void, closed: AbortSignal): void {
  style(css);
  const t = strings(host.lang);
  const [heading, hint] = [unique('closed'), unique('closed')];
  const reopen = el(
    'button',
    {
      type: 'button',
      class: 'reopen',
      onclick: () => {
        done({ reopen: true });
        // The answer leaves in a microtask; a reload at once would cut it off.
        setTimeout(() => location.reload(), 30);
      },
    },
    t.reopen,
  );
  const dialog = el(
    'dialog',
    { class: 'gone', 'aria-labelledby': heading, 'aria-describedby': hint },
    el(
      'div',
      {},
      el('span', { class: 'sign' }, icon('close')),
      el('h1', { id: heading }, t.pageClosed),
      el('p', { id: hint }, t.pageClosedHint),
      reopen,
    ),
  );
  const layer = blocking(dialog, { focus: () => reopen });
  closed.addEventListener('abort', () => layer.remove());
  layer.show();
}
