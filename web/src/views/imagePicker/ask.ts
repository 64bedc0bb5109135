import type { ViewHost } from '../../host';
import { arrow, el } from '../dom';
import { blocking, focused } from '../layer';
import { strings } from '../strings';

/** The sheet that asks where the picture is to come from. */
export function ask(host: ViewHost, closed: AbortSignal, done: (answer: unknown) => void, next: (source: 'camera' | 'photo') => void): void {
  const t = strings(host.lang);
  const cancel = (): void => {
    layer.remove();
    done({ cancel: true });
  };
  const go = (source: 'camera' | 'photo') => (): void => {
    closed.removeEventListener('abort', away);
    layer.remove();
    next(source);
  };
  const choices = [
    el('button', { type: 'button', onclick: go('camera') }, t.takePicture),
    el('button', { type: 'button', onclick: go('photo') }, t.fromAlbum),
  ];
  const buttons = choices.concat(el('button', { type: 'button', class: 'away', onclick: cancel }, t.cancel));
  const dialog = el(
    'dialog',
    {
      class: 'action',
      'aria-label': t.choosePicture,
      onclick: (event: MouseEvent) => {
        if (event.target === dialog) cancel();
      },
      onkeydown: (event: KeyboardEvent) => arrow(event, buttons, focused(), 'ArrowUp', 'ArrowDown'),
    },
    el('div', { class: 'choices' }, el('div', { class: 'block' }, ...choices), buttons[2]),
  );
  const layer = blocking(dialog, { escape: cancel, focus: () => choices[0] });
  const away = (): void => layer.remove();
  closed.addEventListener('abort', away);
  layer.show();
}
