import { svg } from './dom';

/**
 * A person's picture: the last characters of the name, as the client draws it, on a disc whose hue belongs to the openId. The
 * colour is that of Avatar in jsapi/contact/avatar.go, which pages get as photoUrl.
 */
export function avatar(openId: string, name: string): SVGSVGElement {
  const text = short(name);
  return svg(
    'svg',
    { viewBox: '0 0 40 40', class: 'avatar', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { cx: 20, cy: 20, r: 20, fill: `hsl(${hash(openId) % 360},45%,45%)` }),
    svg(
      'text',
      {
        x: 20,
        y: 20,
        dy: '.36em',
        'text-anchor': 'middle',
        fill: '#fff',
        'font-size': text.length > 1 ? 13.5 : 16,
        'font-weight': 500,
      },
      text,
    ),
  );
}

/** The last two characters of a Chinese name, the initials of another. */
export function short(name: string): string {
  if (/[\u3400-\u9fff]/.test(name)) return Array.from(name.replace(/\s/g, '')).slice(-2).join('');
  const words = name.trim().split(/\s+/);
  return words
    .map((word) => Array.from(word)[0] || '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
}

/** 32-bit FNV-1a of the text's bytes. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  new TextEncoder().encode(text).forEach((byte) => {
    h = Math.imul(h ^ byte, 0x01000193);
  });
  return h >>> 0;
}
