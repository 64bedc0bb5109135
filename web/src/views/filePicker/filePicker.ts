import type { View, ViewHost } from '../../host';
import { el } from '../dom';
import { fileIcon, sizeText } from '../fileIcon';
import { icon } from '../icons';
import { style } from '../layer';
import { chooser, localFiles } from '../chooser';
import { strings } from '../strings';
import css from './filePicker.css';

/** A file as the host names it. */
interface Sample {
  fileName: string;
  fileExt: string;
  fileTime: string;
  fileSize: string;
}

/** What is chosen: a sample by its name, or a file of this machine. */
type Entry = { sample: string } | { own: { name: string; size: number; modified: number } };

/** The list of files (selectFile). Answers `{files: [name…], own: [{name, size, modified}…]}`, or `{cancel: true}`. */
export function filePicker(host: ViewHost): View {
  return {
    open({ files }: { files: Sample[] }, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      let chosen: Entry[] = [];
      const rows = el('ul', { class: 'files' });
      const own = localFiles('', true, (list) => list.forEach(add), el('span', { class: 'sign' }, icon('add')), el('span', {}, t.fromThisMachine));
      own.classList.add('own');
      for (const { fileName, fileExt, fileTime, fileSize } of files)
        rows.append(row({ sample: fileName }, fileName, fileExt, `${sizeText(Number(fileSize))}  ·  ${fileTime}`));

      function row(entry: Entry, name: string, ext: string, about: string, checked = false): HTMLLIElement {
        const box = el('input', { type: 'checkbox', class: 'pick', 'aria-label': name });
        box.checked = checked;
        box.addEventListener('change', () => {
          chosen = chosen.filter((other) => other !== entry);
          if (box.checked) chosen.push(entry);
          draw();
        });
        return el(
          'li',
          {},
          el(
            'label',
            {},
            box,
            el('span', { class: 'mark' }, icon('check')),
            fileIcon(ext),
            el('span', { class: 'what' }, el('span', { class: 'name' }, name), el('span', { class: 'about' }, about)),
          ),
        );
      }

      function add({ name, size, lastModified }: File): void {
        const entry = { own: { name, size, modified: lastModified } };
        chosen.push(entry);
        const ext = /\.([^.]+)$/.exec(name);
        rows.prepend(row(entry, name, ext ? ext[1] : '', `${sizeText(size)}  ·  ${t.thisMachine}`, true));
        draw();
      }

      function draw(): void {
        ok!.textContent = chosen.length ? t.done(chosen.length) : t.ok;
        ok!.disabled = !chosen.length;
      }

      const confirm = (): void =>
        finish({
          files: chosen.flatMap((entry) => ('sample' in entry ? [entry.sample] : [])),
          own: chosen.flatMap((entry) => ('own' in entry ? [entry.own] : [])),
        });
      const { ok, finish } = chooser(
        { name: 'file-picker', title: t.chooseFile, t, closed, done, ok: { text: t.ok, press: confirm } },
        el('div', { class: 'body', tabindex: -1 }, own, rows),
      );
      draw();
    },
  };
}
