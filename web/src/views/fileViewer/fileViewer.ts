import type { View, ViewHost } from '../../host';
import { el } from '../dom';
import { fileIcon, sizeText } from '../fileIcon';
import { style } from '../layer';
import { chooser } from '../chooser';
import { strings } from '../strings';
import css from './fileViewer.css';

interface Params {
  name: string;
  ext: string;
  time: string;
  size: string;
  id: string;
  url: string;
  readOnly: boolean;
}

/** What is known of a file (showFile). Answers `{cancel: true}` when it is closed. */
export function fileViewer(host: ViewHost): View {
  return {
    open({ name, ext, time, size, id, url, readOnly }: Params, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const bytes = Number(size);
      const facts: [string, string][] = [
        [t.fileSize, size && (Number.isFinite(bytes) ? sizeText(bytes) : size)],
        [t.fileTime, time],
        ['fileId', id],
        ['fileDownloadUrl', url],
        ['isReadOnly', readOnly ? 'true' : ''],
      ];
      const web = /^https?:/i.test(url);
      chooser(
        { name: 'file-viewer', title: t.file, t: { ...t, cancel: t.close }, closed, done },
        el(
          'div',
          { class: 'body', tabindex: -1 },
          fileIcon(ext || (/\.([^.]+)$/.exec(name) || ['', ''])[1]),
          el('p', { class: 'name' }, name || t.unnamed),
          el('dl', {}, ...facts.filter(([, value]) => value).map(([key, value]) => el('div', {}, el('dt', {}, key), el('dd', {}, value)))),
          web && el('a', { class: 'open', href: url, target: '_blank', rel: 'noopener noreferrer' }, t.openAddress),
          el('p', { class: 'hint' }, t.fileHint),
        ),
      );
    },
  };
}
