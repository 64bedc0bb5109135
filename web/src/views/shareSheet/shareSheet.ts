import type { View, ViewHost } from '../../host';
import { el, unique } from '../dom';
import { icon } from '../icons';
import { blocking, style } from '../layer';
import { strings, type Strings } from '../strings';
import css from './shareSheet.css';

interface Params {
  kind: 'text' | 'image' | 'news' | 'app';
  title: string;
  content: string;
  /** An address, or a data: URI. */
  image: string;
  url: string;
  /** Which app shares it. */
  app: string;
  ways: { id: string; text: string }[];
}

const SIGNS: Record<string, string> = { chat: 'chat', moment: 'moment', wechat: 'bubbles', sms: 'mail', link: 'link' };

/** What is shared, and the ways to share it (share, socialShare). Answers `{way: id}`, or `{cancel: true}`. */
export function shareSheet(host: ViewHost): View {
  return {
    open(params: Params, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const finish = (answer: unknown): void => {
        layer.remove();
        done(answer);
      };
      const cancel = (): void => finish({ cancel: true });
      const heading = unique('share');
      const names: Record<string, string> = t.shareWays;
      const ways = params.ways.map(({ id, text }) =>
        el(
          'button',
          { type: 'button', class: id === 'link' ? 'link-copy' : id, onclick: () => finish({ way: id }) },
          icon(SIGNS[id] || 'forwardTo'),
          names[id] || text,
        ),
      );
      const dialog = el(
        'dialog',
        {
          class: 'share',
          'aria-labelledby': heading,
          onclick: (event: MouseEvent) => {
            if (event.target === dialog) cancel();
          },
        },
        el(
          'div',
          { class: 'panel' },
          el('h1', { id: heading }, t.share),
          preview(params, t),
          el('div', { class: 'ways' }, ...ways),
          el('button', { type: 'button', class: 'cancel', onclick: cancel }, t.cancel),
        ),
      );
      const layer = blocking(dialog, { escape: cancel, focus: () => ways[0] || dialog });
      closed.addEventListener('abort', () => layer.remove());
      layer.show();
    },
  };
}

/** What is shared, as whoever gets it sees it. */
function preview({ kind, title, content, image, url, app }: Params, t: Strings): HTMLElement {
  const none = (): HTMLElement => el('span', { class: 'none' }, icon(kind === 'app' ? 'bar' : kind === 'image' ? 'picture' : 'link'));
  const thumb = image
    ? el('img', { class: 'thumb', alt: kind === 'image' ? t.picture : '', src: image, onerror: () => thumb.replaceWith(none()) })
    : none();
  const text = content && el('p', { class: 'content' }, content);
  const from = [app, url].filter(Boolean).join(' · ');
  return el(
    'div',
    { class: `what ${kind}` },
    kind === 'text'
      ? el('div', {}, title && el('b', {}, title), text)
      : kind === 'image'
        ? thumb
        : el('div', { class: 'link' }, el('div', { class: 'say' }, el('b', {}, title || url || app), text), thumb),
    from && el('p', { class: 'from', title: from }, from),
  );
}
