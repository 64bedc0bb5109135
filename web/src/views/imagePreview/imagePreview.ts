import type { View, ViewHost } from '../../host';
import { arrow, el } from '../dom';
import { icon } from '../icons';
import { blocking, style } from '../layer';
import { picture } from '../picture';
import { strings } from '../strings';
import css from './imagePreview.css';

/** What stands before a picture's localId, in the client's own scheme and as it is served here. */
const LOCAL = /^(?:yzjLocalResource:\/\/img\?id=|.*\/yzjLocalResource\/img\?id=)(.+)$/i;

/** Pictures as large as the screen (previewImage). Answers `{cancel: true}` when it is closed. */
export function imagePreview(host: ViewHost): View {
  return {
    open({ urls, at }: { urls: string[]; at: number }, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const finish = (): void => {
        layer.remove();
        done({ cancel: true });
      };
      const pages = urls.map((url, i) => el('li', { 'aria-label': t.pictureOf(i + 1, urls.length) }, shown(host, url, t.pictureFailed)));
      const strip = el('ul', { class: 'strip', tabindex: -1 }, ...pages);
      const counter = el('p', { class: 'counter', 'aria-live': 'polite' });
      const go = (to: number): void => {
        strip.scrollTo({ left: Math.max(0, Math.min(urls.length - 1, to)) * strip.clientWidth, behavior: 'smooth' });
      };
      const before = el('button', { type: 'button', class: 'turn before', 'aria-label': t.previousPicture, onclick: () => go(at - 1) }, icon('back'));
      const after = el('button', { type: 'button', class: 'turn after', 'aria-label': t.nextPicture, onclick: () => go(at + 1) }, icon('forward'));
      const close = el('button', { type: 'button', class: 'close', 'aria-label': t.close, onclick: finish }, icon('close'));
      const draw = (): void => {
        counter.textContent = urls.length > 1 ? `${at + 1} / ${urls.length}` : '';
        before.hidden = at === 0;
        after.hidden = at === urls.length - 1;
      };
      strip.addEventListener('scroll', () => {
        const now = Math.round(strip.scrollLeft / strip.clientWidth);
        if (now === at) return;
        at = now;
        draw();
      });
      // A press on a picture closes, as on the phone; a drag scrolls and makes no click.
      strip.addEventListener('click', finish);
      const dialog = el(
        'dialog',
        {
          class: 'preview',
          'aria-label': t.previewPictures,
          onkeydown: (event: KeyboardEvent) => {
            if (event.key === 'ArrowLeft') go(at - 1);
            else if (event.key === 'ArrowRight') go(at + 1);
            else arrow(event, [close], close, 'ArrowUp', 'ArrowDown');
          },
        },
        strip,
        counter,
        before,
        after,
        close,
      );
      const layer = blocking(dialog, { escape: finish, focus: () => strip });
      closed.addEventListener('abort', () => layer.remove());
      layer.show();
      strip.scrollLeft = at * strip.clientWidth;
      draw();
    },
  };
}

function shown(host: ViewHost, url: string, failed: string): HTMLElement {
  const local = LOCAL.exec(url);
  if (local) return picture(host, decodeURIComponent(local[1]), '');
  const image = el('img', { alt: '', draggable: 'false' });
  image.addEventListener('error', () => image.replaceWith(el('p', { class: 'failed' }, icon('picture'), failed, el('span', {}, url.slice(0, 200)))));
  image.src = url;
  return image;
}
