import { svg } from './dom';

const KINDS: [RegExp, string, string][] = [
  [/^docx?$|^wps$/, '#2b6fd8', 'W'],
  [/^xlsx?$|^csv$|^et$/, '#1f9d55', 'X'],
  [/^pptx?$|^dps$/, '#e2622d', 'P'],
  [/^pdf$/, '#dc3b40', 'PDF'],
  [/^(png|jpe?g|gif|webp|bmp|svg|heic)$/, '#8a5cd6', 'IMG'],
  [/^(mp3|m4a|wav|amr|ogg|mp4|mov|webm)$/, '#0f93a8', 'AV'],
  [/^(zip|rar|7z|gz|tar)$/, '#c58a12', 'ZIP'],
];

/** A sheet of paper with the sign of the file's kind. */
export function fileIcon(ext: string): SVGSVGElement {
  const [, color, sign] = KINDS.find(([kind]) => kind.test(ext.toLowerCase())) || [null, '#7c8693', ext ? ext.slice(0, 3).toUpperCase() : '?'];
  return svg(
    'svg',
    { viewBox: '0 0 40 40', class: 'kind', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: 'M10 3h14l9 9v22a3 3 0 0 1-3 3H10a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z', fill: color }),
    svg('path', { d: 'M24 3l9 9h-6a3 3 0 0 1-3-3z', fill: '#fff', 'fill-opacity': 0.38 }),
    svg('text', { x: 20, y: 28, 'text-anchor': 'middle', fill: '#fff', 'font-size': sign.length > 1 ? 9.5 : 14, 'font-weight': 700 }, sign),
  );
}

/** Bytes as people read them. */
export function sizeText(bytes: number): string {
  if (!(bytes >= 0)) return '';
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
