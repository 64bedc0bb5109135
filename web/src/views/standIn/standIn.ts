import type { ViewHost } from '../../host';
import { el } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { makeScreen } from '../screen/screen';
import { strings } from '../strings';
import css from './standIn.css';

/** Something that the client has and qinghost has not. */
interface Absent {
  /** The bar's title. */
  title: string;
  name: string;
  sign: string;
  /** What the page said of it; a row without a text is left out. */
  facts: [string, string][];
  hint: string;
}

/** Shows a screen in the place of one that is not here: it says what it would be. 返回 and Escape answer `{cancel: true}`. */
export function standIn(host: ViewHost, absent: Absent, done: (answer: unknown) => void, closed: AbortSignal): void {
  if (closed.aborted) return;
  style(css);
  const back = (): void => {
    layer.remove();
    done({ cancel: true });
  };
  const layer = makeScreen(
    strings(host.lang),
    { kind: 'stand-in', title: absent.title, back },
    el(
      'div',
      { class: 'body', tabindex: -1 },
      el('div', { class: 'tile', 'aria-hidden': 'true' }, icon(absent.sign)),
      el('h2', {}, absent.name),
      el(
        'dl',
        {},
        ...absent.facts.map(([term, text]) => text && el('div', {}, el('dt', {}, term), el('dd', {}, text))),
      ),
      el('p', { class: 'hint' }, absent.hint),
    ),
  );
  closed.addEventListener('abort', () => layer.remove());
  layer.show();
}
