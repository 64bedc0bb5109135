import type { View, ViewHost } from '../../host';
import { el, put } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { encoded, picture } from '../picture';
import { chooser, localFiles } from '../chooser';
import { strings } from '../strings';
import { ask } from './ask';
import { camera } from './camera';
import css from './imagePicker.css';

/** What the host asks for. */
export interface Params {
  /** photo, camera; anything else: the person says which. */
  source: string;
  max: number;
  pictures: { id: string; name: string }[];
}

/** The image chooser (chooseImage, selectPic). Answers `{images: [id…], own: [{name, data}…]}`, or `{cancel: true}`. */
export function imagePicker(host: ViewHost): View {
  return {
    open(params: Params, done, closed) {
      if (closed.aborted) return;
      style(css);
      if (params.source === 'camera') camera(host, params, done, closed);
      else if (params.source === 'photo') album(host, params, done, closed);
      else ask(host, closed, done, (source) => (source === 'camera' ? camera : album)(host, params, done, closed));
    },
  };
}

/** One picture that can be chosen. */
interface Tile {
  id?: string;
  file?: File;
  box: HTMLInputElement;
}

function album(host: ViewHost, { max, pictures }: Params, done: (answer: unknown) => void, closed: AbortSignal): void {
  const t = strings(host.lang);
  const multi = max > 1;
  let chosen: Tile[] = []; // in the order of choosing
  const note = el('p', { class: 'note', role: 'status' });
  const grid = el('ul', { class: 'grid', role: multi ? 'group' : 'radiogroup', 'aria-label': t.album });
  const own = localFiles('image/*', multi, add, icon('add'), el('span', {}, t.fromThisMachine));
  own.classList.add('own');
  grid.append(el('li', { role: 'presentation' }, own));
  for (const { id, name } of pictures) grid.append(tile({ id }, name, picture(host, id, '', true)));

  function tile(what: { id?: string; file?: File }, name: string, canvas: HTMLCanvasElement): HTMLLIElement {
    canvas.setAttribute('aria-hidden', 'true');
    const box = el('input', { type: multi ? 'checkbox' : 'radio', name: 'picture', class: 'pick', 'aria-label': name, onchange: () => toggle(one) });
    const one: Tile = { ...what, box };
    const item = el('li', { role: 'presentation' }, el('label', {}, canvas, box, el('span', { class: 'mark', 'aria-hidden': 'true' })));
    (item as any).tile = one;
    return item;
  }

  function toggle(one: Tile): void {
    note.textContent = '';
    if (!one.box.checked) chosen = chosen.filter((other) => other !== one);
    else if (!multi) chosen = [one];
    else if (chosen.length < max) chosen.push(one);
    else {
      one.box.checked = false;
      note.textContent = t.atMostPictures(max);
    }
    draw();
  }

  function add(files: File[]): void {
    for (const file of files) {
      const item = tile({ file }, file.name, picture(host, file, '', true));
      own.parentElement!.after(item);
      const one = (item as any).tile as Tile;
      one.box.checked = true;
      toggle(one);
    }
  }

  function draw(): void {
    grid.querySelectorAll<HTMLInputElement>('input.pick').forEach((box) => {
      const at = chosen.findIndex((one) => one.box === box);
      const mark = box.nextElementSibling!;
      put(mark, at < 0 ? '' : multi ? String(at + 1) : icon('check'));
      box.closest('li')!.classList.toggle('chosen', at >= 0);
    });
    ok!.textContent = multi && chosen.length ? t.done(chosen.length) : t.ok;
    ok!.disabled = !chosen.length;
  }

  async function confirm(): Promise<void> {
    const answer: { images: string[]; own: { name: string; data: string }[] } = { images: [], own: [] };
    try {
      for (const { id, file } of chosen) {
        if (id) answer.images.push(id);
        else if (file) answer.own.push({ name: file.name, data: await encoded(file) });
      }
      finish(answer);
    } catch {
      note.textContent = t.unreadable;
    }
  }

  const { ok, finish } = chooser(
    { name: 'album', title: t.album, t, closed, done, ok: { text: t.ok, press: () => void confirm() } },
    el('div', { class: 'body', tabindex: -1 }, grid),
    note,
  );
  draw();
}
