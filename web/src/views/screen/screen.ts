import { el, unique, type Child } from '../dom';
import { icon } from '../icons';
import { blocking, style, type Layer } from '../layer';
import type { Strings } from '../strings';
import css from './screen.css';

/**
 * Makes one of the client's own screens, which cover the page and have a bar with a title and 返回 at the top; `back` is what 返回 and
 * Escape do. A count stands behind the title, also where that is cut off.
 */
export function makeScreen(
  t: Strings,
  options: { kind: string; title: string; count?: number; back(): void },
  ...children: Child[]
): Layer {
  style(css);
  const heading = unique('screen');
  const back = el('button', { type: 'button', 'aria-label': t.back, title: t.back, onclick: options.back }, icon('back'));
  const dialog = el(
    'dialog',
    { class: `sheet screen ${options.kind}`, 'aria-labelledby': heading },
    el(
      'header',
      {},
      back,
      el('h1', { id: heading }, el('span', {}, options.title), options.count ? ` (${options.count})` : null),
    ),
    ...children,
  );
  return blocking(dialog, { escape: options.back, focus: () => back });
}
