import { avatar } from '../avatar';
import { el, put, unique } from '../dom';
import { icon } from '../icons';
import type { Strings } from '../strings';
import type { Row } from './list';
import type { Item } from './tree';

/** What the rows of the picker need to know of it. */
export interface Picking {
  multi: boolean;
  text: Strings;
  chosen(openId: string): boolean;
  toggle(openId: string): void;
  enter(id: string): void;
}

/** Makes an empty row of a kind. */
export function makeRow(kind: string, picking: Picking): Row<Item> {
  return kind === 'person' ? personRow(picking) : folderRow(picking);
}

function personRow(picking: Picking): Row<Item> {
  const about = unique('about');
  let openId = '';
  let drawn = '';
  const input = el('input', {
    type: picking.multi ? 'checkbox' : 'radio',
    name: picking.multi ? null : 'person',
    'aria-describedby': about,
    onchange: () => picking.toggle(openId),
    // Space is the browser's own; on a phone's list Enter does the same.
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      picking.toggle(openId);
    },
  });
  const face = el('span', { class: 'face', 'aria-hidden': 'true' });
  const name = el('span', { class: 'name' });
  const department = el('span', { class: 'about', id: about });
  const label = el(
    'label',
    {},
    input,
    el('span', { class: 'tick', 'aria-hidden': 'true' }, icon('check')),
    face,
    el('span', { class: 'who' }, name, department),
  );
  const element = el('li', { class: 'row' }, label);
  return {
    element,
    focus: input,
    fill(item, index, count) {
      if (item.kind !== 'person') return;
      const { person } = item;
      openId = person.openId;
      input.checked = picking.chosen(openId);
      input.setAttribute('aria-label', person.name);
      place(element, index, count);
      const key = `${openId} ${item.from} ${item.to}`;
      if (key === drawn) return;
      drawn = key;
      put(face, avatar(openId, person.name));
      const from = item.from || 0;
      const to = item.to || 0;
      put(name, person.name.slice(0, from), to > from && el('mark', {}, person.name.slice(from, to)), person.name.slice(to));
      put(department, [person.department, person.jobTitle].filter(Boolean).join(' · '));
    },
  };
}

function folderRow(picking: Picking): Row<Item> {
  let id = '';
  const sign = el('span', { class: 'sign' });
  const name = el('span', { class: 'name' });
  const count = el('span', { class: 'count' });
  const button = el('button', { type: 'button', onclick: () => picking.enter(id) }, sign, name, count, icon('forward'));
  const element = el('li', { class: 'row folder' }, button);
  return {
    element,
    focus: button,
    fill(item, index, total) {
      if (item.kind !== 'folder') return;
      id = item.id;
      put(sign, icon(item.icon));
      sign.className = `sign ${item.icon}`;
      name.textContent = item.name;
      count.textContent = picking.text.heads(item.count);
      place(element, index, total);
    },
  };
}

/** Tells screen readers where in the whole list a row stands, of which they see only a part. */
function place(element: Element, index: number, count: number): void {
  element.setAttribute('aria-posinset', String(index + 1));
  element.setAttribute('aria-setsize', String(count));
}
