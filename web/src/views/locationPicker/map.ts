import { el, put, svg } from '../dom';
import { icon } from '../icons';
import type { Strings } from '../strings';
import { moved, noise, offset, type Point } from './geo';

/** Side of a block of houses, in metres; every fifth street is a main one. */
const BLOCK = 260;
/** Metres a pixel, from near to far. */
const SCALES = [1.2, 2.4, 4.8, 8, 16];

/**
 * A map that is drawn, and not fetched: streets, parks and water that belong to their coordinates without being those of the
 * real city. The pin stands in the middle; dragging moves the ground below it.
 */
export function createMap(t: Strings, places: (Point & { name: string })[], here: Point, moveTo: (to: Point) => void) {
  const ground = svg('g', {});
  const signs = svg('g', {});
  const drawing = svg('svg', { 'aria-hidden': 'true', focusable: 'false' }, ground, signs);
  const pin = svg(
    'svg',
    { class: 'pin', viewBox: '0 0 32 44', 'aria-hidden': 'true', focusable: 'false' },
    svg('ellipse', { cx: 16, cy: 41, rx: 6, ry: 2.4, fill: '#000', 'fill-opacity': 0.25 }),
    svg('path', { d: 'M16 41C8 30 3.5 23.5 3.5 16a12.5 12.5 0 0 1 25 0C28.5 23.5 24 30 16 41z', class: 'body' }),
    svg('circle', { cx: 16, cy: 16, r: 5, fill: '#fff' }),
  );
  const surface = el('div', { class: 'surface', role: 'group', 'aria-label': t.mapKeys, tabindex: 0 }, drawing, pin);
  const zoom = (name: string, sign: string, by: number): HTMLButtonElement =>
    el('button', { type: 'button', 'aria-label': name, onclick: () => scaleBy(by) }, icon(sign));
  const nearer = zoom(t.zoomIn, 'add', -1);
  const farther = zoom(t.zoomOut, 'less', 1);
  const home = el('button', { type: 'button', class: 'home', 'aria-label': t.myLocation, onclick: () => go(here) }, icon('locate'));
  const element = el('div', { class: 'map' }, surface, el('div', { class: 'tools' }, nearer, farther), home);
  const resized = new ResizeObserver(() => draw());
  resized.observe(surface);

  let centre: Point = here;
  let level = 3;
  let from: { x: number; y: number; centre: Point } | undefined;

  function go(to: Point): void {
    centre = to;
    draw();
    moveTo(to);
  }

  function scaleBy(by: number): void {
    level = Math.max(0, Math.min(SCALES.length - 1, level + by));
    nearer.disabled = level === 0;
    farther.disabled = level === SCALES.length - 1;
    draw();
  }

  surface.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    surface.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY, centre };
  });
  surface.addEventListener('pointermove', (event) => {
    if (!from) return;
    surface.classList.add('held');
    centre = moved(from.centre, (from.x - event.clientX) * SCALES[level], (from.y - event.clientY) * SCALES[level]);
    draw();
  });
  surface.addEventListener('pointerup', (event) => {
    if (!from) return;
    const still = Math.hypot(event.clientX - from.x, event.clientY - from.y) < 5;
    const box = surface.getBoundingClientRect();
    const to = still
      ? moved(from.centre, (event.clientX - box.left - box.width / 2) * SCALES[level], (event.clientY - box.top - box.height / 2) * SCALES[level])
      : centre;
    from = undefined;
    surface.classList.remove('held');
    go(to);
  });
  surface.addEventListener('pointercancel', () => {
    from = undefined;
    surface.classList.remove('held');
  });
  surface.addEventListener('wheel', (event) => {
    event.preventDefault();
    if (Math.abs(event.deltaY) > 8) scaleBy(event.deltaY > 0 ? 1 : -1);
  });
  surface.addEventListener('keydown', (event) => {
    const step = 24 * SCALES[level];
    const by: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === '+' || event.key === '=') scaleBy(-1);
    else if (event.key === '-') scaleBy(1);
    else if (by[event.key]) {
      event.preventDefault();
      go(moved(centre, ...by[event.key]));
    }
  });

  /** Draws what is in sight. Streets are numbered by their metres from the origin of the phone's place. */
  function draw(): void {
    const { clientWidth: w, clientHeight: h } = surface;
    if (!w) return;
    drawing.setAttribute('viewBox', `0 0 ${w} ${h}`);
    const scale = SCALES[level];
    const middle = offset(here, centre);
    const px = (x: number): number => w / 2 + (x - middle.x) / scale;
    const py = (y: number): number => h / 2 + (y - middle.y) / scale;
    const shapes: Node[] = [];
    const thin = level < 4;
    const [x0, x1] = range(middle.x, w, scale);
    const [y0, y1] = range(middle.y, h, scale);
    for (let i = x0; i < x1; i++)
      for (let j = y0; j < y1; j++) {
        const kind = noise(Math.floor(i / 2), Math.floor(j / 2) + 7);
        const name = kind > 0.92 ? 'park' : kind < 0.05 ? 'water' : noise(i, j) > 0.62 ? 'built' : '';
        if (name) shapes.push(svg('rect', { x: px(i * BLOCK), y: py(j * BLOCK), width: BLOCK / scale + 0.5, height: BLOCK / scale + 0.5, class: name }));
      }
    const streets = (main: boolean): string => {
      let d = '';
      for (let i = x0; i <= x1; i++) if (main === (i % 5 === 0)) d += line(i, true);
      for (let j = y0; j <= y1; j++) if (main === (j % 5 === 0)) d += line(j, false);
      return d;
    };
    /** A street winds a little, each in its own way. */
    const line = (n: number, vertical: boolean): string => {
      const [first, last] = vertical ? [y0, y1] : [x0, x1];
      let d = '';
      for (let k = first; k <= last; k++) {
        const at = n * BLOCK + (noise(n, vertical ? 1 : 2) - 0.5) * 60 + (noise(n + 77, k) - 0.5) * 22;
        d += `${k === first ? 'M' : 'L'}${vertical ? px(at) : px(k * BLOCK)} ${vertical ? py(k * BLOCK) : py(at)}`;
      }
      return d;
    };
    if (thin) shapes.push(svg('path', { d: streets(false), class: 'street', 'stroke-width': Math.max(1, 9 / scale) }));
    const main = streets(true);
    shapes.push(svg('path', { d: main, class: 'edge', 'stroke-width': Math.max(4, 26 / scale) + 2 }));
    shapes.push(svg('path', { d: main, class: 'main', 'stroke-width': Math.max(4, 26 / scale) }));
    put(ground, ...shapes);
    const marks: Node[] = [svg('circle', { cx: px(0), cy: py(0), r: 16, class: 'halo' }), svg('circle', { cx: px(0), cy: py(0), r: 6, class: 'me' })];
    for (const place of places) {
      const { x, y } = offset(here, place);
      const [cx, cy] = [px(x), py(y)];
      if (cx < -80 || cy < -20 || cx > w + 80 || cy > h + 20) continue;
      marks.push(svg('circle', { cx, cy, r: 4, class: 'spot' }));
      marks.push(svg('text', { x: cx, y: cy + 17, 'text-anchor': 'middle', class: 'label' }, place.name));
    }
    put(signs, ...marks);
  }

  /** The blocks in sight along one axis. */
  function range(middle: number, size: number, scale: number): [number, number] {
    const half = (size / 2) * scale + BLOCK;
    return [Math.floor((middle - half) / BLOCK), Math.ceil((middle + half) / BLOCK)];
  }

  return {
    element,
    /** Brings a point under the pin. */
    show(to: Point): void {
      centre = to;
      draw();
    },
    dispose: () => resized.disconnect(),
  };
}
