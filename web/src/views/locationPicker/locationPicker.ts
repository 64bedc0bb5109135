import type { View, ViewHost } from '../../host';
import { el } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { chooser } from '../chooser';
import { strings } from '../strings';
import { metres, type Point } from './geo';
import css from './locationPicker.css';
import { createMap } from './map';

interface Place extends Point {
  name: string;
  address: string;
}

/**
 * The map (selectLocation). Answers `{place: name}`, or `{latitude, longitude}` of a point on the map, or `{cancel: true}`.
 */
export function locationPicker(host: ViewHost): View {
  return {
    open({ places, start, here }: { places: Place[]; start: Point; here: Point }, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      let place: Place | undefined = places.find((p) => metres(p, start) < 1);
      let point: Point = place || start;

      const rows = el('ul', { class: 'places', role: 'radiogroup', 'aria-label': t.places });
      const boxes = new Map<Place, HTMLInputElement>();
      const sorted = places.slice().sort((a, b) => metres(a, here) - metres(b, here));
      for (const p of sorted) {
        const box = el('input', { type: 'radio', name: 'place', class: 'pick', 'aria-label': p.name, onchange: () => choose(p) });
        boxes.set(p, box);
        rows.append(
          el(
            'li',
            { role: 'presentation' },
            el(
              'label',
              {},
              el('span', { class: 'what' }, el('span', { class: 'name' }, p.name), el('span', { class: 'about' }, [away(p), p.address].filter(Boolean).join('  ·  '))),
              box,
              el('span', { class: 'mark' }, icon('check')),
            ),
          ),
        );
      }
      const latitude = number(t.latitude, -90, 90);
      const longitude = number(t.longitude, -180, 180);
      const entry = el(
        'div',
        {
          class: 'coordinates',
          onkeydown: (event: KeyboardEvent) => {
            if (event.key === 'Enter' && !event.isComposing) confirm();
          },
        },
        el('label', { class: 'field' }, el('span', {}, t.latitude), latitude),
        el('label', { class: 'field' }, el('span', {}, t.longitude), longitude),
      );
      const map = createMap(t, places, here, (to) => {
        place = undefined;
        point = to;
        draw();
      });

      function away(p: Place): string {
        const m = metres(p, here);
        return m < 1 ? t.youAreHere : m < 1000 ? `${Math.round(m)} m` : `${(m / 1000).toFixed(1)} km`;
      }

      function number(name: string, least: number, most: number): HTMLInputElement {
        const input = el('input', { type: 'number', step: 'any', min: least, max: most, required: true, 'aria-label': name, inputmode: 'decimal' });
        input.addEventListener('input', () => {
          ok!.disabled = !(latitude.validity.valid && longitude.validity.valid);
          if (ok!.disabled) return;
          place = undefined;
          point = { latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber };
          mark();
          map.show(point);
        });
        return input;
      }

      function choose(p: Place): void {
        place = p;
        point = p;
        draw();
        map.show(point);
      }

      /** Ticks the chosen place. */
      function mark(): void {
        boxes.forEach((box, p) => (box.checked = p === place));
      }

      function draw(): void {
        latitude.value = String(+point.latitude.toFixed(6));
        longitude.value = String(+point.longitude.toFixed(6));
        ok!.disabled = false;
        mark();
      }

      const confirm = (): void => {
        if (!ok!.disabled) finish(place ? { place: place.name } : { latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber });
      };
      const { ok, finish } = chooser(
        { name: 'location', title: t.location, t, closed, done, ok: { text: t.ok, press: confirm }, gone: () => map.dispose() },
        map.element,
        entry,
        el('div', { class: 'body', tabindex: -1 }, rows),
      );
      draw();
      map.show(point);
      if (place) boxes.get(place)!.scrollIntoView({ block: 'nearest' });
    },
  };
}
