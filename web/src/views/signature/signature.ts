import type { View, ViewHost } from '../../host';
import { chooser } from '../chooser';
import { el } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { strings } from '../strings';
import css from './signature.css';

/** A point of a stroke, in CSS pixels, and how wide the ink is there. */
interface Dot {
  x: number;
  y: number;
  wide: number;
}

/** The picture that the page gets, whatever the screen: its ink, the room around the ink, and its pixels a CSS pixel. */
const INK = '#12161c';
const MARGIN = 12;
const SCALE = 2;
const NARROW = 1.6;
const WIDE = 5;

/**
 * The signature pad (iAppRevision). Answers `{bitmap}`, a PNG of what was written on a clear ground as base64, `{draw: true}` for
 * the sample that the host draws, which is also the keyboard's way, or `{cancel: true}`.
 */
export function signature(host: ViewHost): View {
  return {
    open(_params: unknown, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      let strokes: Dot[][] = [];
      let writing: { pointer: number; stroke: Dot[]; at: number } | undefined;

      const canvas = el('canvas', { role: 'img', 'aria-label': t.signHere });
      const pad = el('div', { class: 'pad' }, canvas, el('p', { class: 'here', 'aria-hidden': 'true' }, t.signHere));
      const clear = el('button', { type: 'button', disabled: true, onclick: wipe }, icon('erase'), t.clear);
      const sample = el('button', { type: 'button', class: 'sample', onclick: () => screen.finish({ draw: true }) }, t.exampleSignature);
      const screen = chooser(
        {
          name: 'signature',
          title: t.signature,
          t,
          closed,
          done,
          ok: { text: t.finish, press: () => screen.finish({ bitmap: bitmap() }) },
          focus: () => sample,
          gone: () => sizes.disconnect(),
        },
        el('div', { class: 'body' }, pad),
        el('footer', {}, clear, sample),
      );
      const sizes = new ResizeObserver(redraw);
      sizes.observe(pad);
      changed();

      function changed(): void {
        const empty = !strokes.length;
        pad.classList.toggle('empty', empty);
        clear.disabled = empty;
        screen.ok!.disabled = empty;
      }

      function wipe(): void {
        strokes = [];
        writing = undefined;
        changed();
        redraw();
        sample.focus();
      }

      function redraw(): void {
        const scale = Math.min(devicePixelRatio || 1, 3);
        const box = { left: 0, top: 0, width: pad.clientWidth, height: pad.clientHeight };
        paint(canvas, strokes, box, scale, getComputedStyle(pad).color);
      }

      function bitmap(): string {
        const picture = el('canvas', {});
        paint(picture, strokes, around(strokes), SCALE, INK);
        return picture.toDataURL('image/png').split(',')[1];
      }

      canvas.addEventListener('pointerdown', (event) => {
        if (writing || event.button !== 0) return;
        canvas.setPointerCapture(event.pointerId);
        writing = { pointer: event.pointerId, stroke: [], at: event.timeStamp };
        strokes.push(writing.stroke);
        write(event);
        changed();
      });
      canvas.addEventListener('pointermove', (event) => {
        if (!writing || event.pointerId !== writing.pointer) return;
        const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
        for (const each of all.length ? all : [event]) write(each);
      });
      for (const end of ['pointerup', 'pointercancel'] as const)
        canvas.addEventListener(end, (event) => {
          if (writing && event.pointerId === writing.pointer) writing = undefined;
        });

      /** Adds a point: the faster the pen, the thinner the ink. */
      function write(event: PointerEvent): void {
        const { stroke, at } = writing!;
        const box = canvas.getBoundingClientRect();
        const dot = { x: event.clientX - box.left, y: event.clientY - box.top, wide: 3.4 };
        const last = stroke[stroke.length - 1];
        if (last) {
          const way = Math.hypot(dot.x - last.x, dot.y - last.y);
          if (way < 1.2) return;
          const speed = way / Math.max(event.timeStamp - at, 1);
          dot.wide = last.wide * 0.75 + Math.max(NARROW, WIDE - speed * 1.9) * 0.25;
        }
        writing!.at = event.timeStamp;
        stroke.push(dot);
        redraw();
      }
    },
  };
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where the ink is, with a margin. */
function around(strokes: Dot[][]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const stroke of strokes)
    for (const { x, y } of stroke) {
      box.left = Math.min(box.left, x - MARGIN);
      box.top = Math.min(box.top, y - MARGIN);
      box.right = Math.max(box.right, x + MARGIN);
      box.bottom = Math.max(box.bottom, y + MARGIN);
    }
  return { left: box.left, top: box.top, width: box.right - box.left, height: box.bottom - box.top };
}

/** Draws what is in the box of all strokes, smoothed through the middles between their points. */
function paint(canvas: HTMLCanvasElement, strokes: Dot[][], box: Box, scale: number, ink: string): void {
  canvas.width = Math.max(1, Math.round(box.width * scale));
  canvas.height = Math.max(1, Math.round(box.height * scale));
  const pen = canvas.getContext('2d')!;
  pen.scale(scale, scale);
  pen.translate(-box.left, -box.top);
  pen.strokeStyle = pen.fillStyle = ink;
  pen.lineCap = pen.lineJoin = 'round';
  for (const stroke of strokes) {
    let from = stroke[0];
    pen.beginPath();
    pen.arc(from.x, from.y, from.wide / 2, 0, 7);
    pen.fill();
    for (let i = 1; i < stroke.length; i++) {
      const [before, now] = [stroke[i - 1], stroke[i]];
      const to = i === stroke.length - 1 ? now : { x: (before.x + now.x) / 2, y: (before.y + now.y) / 2, wide: now.wide };
      pen.beginPath();
      pen.lineWidth = now.wide;
      pen.moveTo(from.x, from.y);
      pen.quadraticCurveTo(before.x, before.y, to.x, to.y);
      pen.stroke();
      from = to;
    }
  }
}
