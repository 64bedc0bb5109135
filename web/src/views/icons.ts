import { svg } from './dom';

/** Strokes on a 24 × 24 ground; those under `filled` are areas. */
const strokes: Record<string, string> = {
  back: 'M15 4.5 7.5 12l7.5 7.5',
  forward: 'M9.5 6l6 6-6 6',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5 20 20',
  folder:
    'M3.5 6.5a1.5 1.5 0 0 1 1.5-1.5h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5v8.5a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5z',
  group:
    'M9 5a3.2 3.2 0 1 1 0 6.4A3.2 3.2 0 0 1 9 5M2.8 19c.4-3.4 2.9-5 6.2-5s5.8 1.6 6.2 5zM15.6 5.4a3 3 0 0 1 0 5.6M17.4 14.5c2.1.6 3.5 2.1 3.8 4.5',
  mic: 'M12 3.5a3 3 0 0 1 3 3v4.5a3 3 0 0 1-6 0v-4.5a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21',
  micOff:
    'M9 9v2a3 3 0 0 0 5.1 2.1M15 10.5v-4a3 3 0 0 0-5.8-1.1M5.5 11a6.5 6.5 0 0 0 10.6 5M18.5 11a6.5 6.5 0 0 1-.6 2.7M12 17.5V21M4 3.5l16 17',
  speaker: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18.2 6.5a7.8 7.8 0 0 1 0 11',
  invite:
    'M10 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M3.5 19.5c.4-3.6 3-5.3 6.5-5.3 1.3 0 2.5.25 3.5.75M18 14v7M14.5 17.5h7',
  minimise: 'M20 4l-6 6M14 5v5h5M4 20l6-6M10 19v-5H5',
  check: 'M5 12.5l4.7 4.7L19 7.8',
  cross: 'M7 7l10 10M17 7L7 17',
  bang: 'M12 6v7.5M12 17.6v.2',
  about: 'M12 10.5V18M12 6.3v.2',
  reload: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.8v4h-4',
  bar: 'M5.5 4.5h13a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2zM3.8 9.8h16.4M7 7.2h2.5',
  eye: 'M2.5 12c2.2-4 5.5-6 9.5-6s7.3 2 9.5 6c-2.2 4-5.5 6-9.5 6s-7.3-2-9.5-6zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6',
};

const filled: Record<string, string> = {
  more: 'M5 10.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4zM12 10.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4zM19 10.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4z',
  hangUp:
    'M12 8.3c3.9 0 7.3 1.3 9.5 3.5.6.6.6 1.6.1 2.3l-1.2 1.5c-.5.7-1.5.9-2.3.5l-2.3-1.1c-.6-.3-1-.9-1-1.6v-1.3a11 11 0 0 0-5.6 0v1.3c0 .7-.4 1.3-1 1.6l-2.3 1.1c-.8.4-1.8.2-2.3-.5l-1.2-1.5c-.5-.7-.5-1.7.1-2.3C4.7 9.6 8.1 8.3 12 8.3z',
  phone:
    'M6.9 3.5c.7-.2 1.5.1 1.8.8l1.2 2.6c.3.6.1 1.3-.3 1.8L8.3 10.1c1.1 2.4 3.1 4.4 5.5 5.6l1.5-1.3c.5-.4 1.2-.5 1.8-.3l2.6 1.2c.7.3 1 1 .8 1.8-.6 2-2.1 3.2-4.1 3.2C9.5 20.3 3.7 14.5 3.7 7.6c0-2 1.2-3.5 3.2-4.1z',
};

/** A sign from the sheet above, hidden from screen readers: the words beside it say what it is. */
export function icon(name: string): SVGSVGElement {
  const area = filled[name];
  return svg(
    'svg',
    { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
    area
      ? svg('path', { d: area, fill: 'currentColor' })
      : svg('path', {
          d: strokes[name],
          fill: 'none',
          stroke: 'currentColor',
          'stroke-width': 1.7,
          'stroke-linecap': 'round',
          'stroke-linejoin': 'round',
        }),
  );
}
