import type { ViewHost } from '../../host';
import { el, put } from '../dom';
import { icon } from '../icons';
import { encoded, picture } from '../picture';
import { chooser, localFiles } from '../chooser';
import { strings } from '../strings';
import type { Params } from './imagePicker';

/** The camera: before its lens stand the album's pictures, one after another; or a picture of this machine is taken. */
export function camera(host: ViewHost, { pictures }: Params, done: (answer: unknown) => void, closed: AbortSignal): void {
  const t = strings(host.lang);
  let at = 0;
  let file: File | undefined;
  let taken = false;
  const lens = el('div', { class: 'lens', 'aria-live': 'polite' });
  const turn = (by: number): void => {
    at = (at + by + pictures.length) % pictures.length;
    draw();
  };
  const before = el('button', { type: 'button', class: 'turn', 'aria-label': t.previousScene, onclick: () => turn(-1) }, icon('back'));
  const after = el('button', { type: 'button', class: 'turn', 'aria-label': t.nextScene, onclick: () => turn(1) }, icon('forward'));
  const shutter = el('button', { type: 'button', class: 'shutter', 'aria-label': t.takePicture, onclick: () => take() });
  const own = localFiles('image/*', false, ([chosen]) => take(chosen), icon('picture'), el('span', {}, t.fromThisMachine));
  own.classList.add('small');
  const again = el('button', { type: 'button', class: 'small', onclick: () => retake() }, icon('reload'), el('span', {}, t.takeAgain));
  const use = el('button', { type: 'button', class: 'use', onclick: () => void confirm() }, t.usePicture);
  const note = el('p', { class: 'note', role: 'status' });
  const controls = el('div', { class: 'controls' });

  function take(chosen?: File): void {
    file = chosen;
    taken = true;
    draw();
    use.focus();
  }

  function retake(): void {
    taken = false;
    file = undefined;
    note.textContent = '';
    draw();
    shutter.focus();
  }

  function draw(): void {
    const { id, name } = pictures[at];
    put(lens, file ? picture(host, file, file.name) : picture(host, id, name), !taken && before, !taken && after);
    lens.classList.toggle('taken', taken);
    put(controls, taken ? again : own, taken ? use : shutter, el('span', { class: 'small' }));
  }

  async function confirm(): Promise<void> {
    try {
      finish(file ? { images: [], own: [{ name: file.name, data: await encoded(file) }] } : { images: [pictures[at].id], own: [] });
    } catch {
      note.textContent = t.unreadable;
    }
  }

  draw();
  const { finish } = chooser({ name: 'camera dark', title: t.takePicture, t, closed, done, focus: () => shutter }, lens, note, controls);
}
