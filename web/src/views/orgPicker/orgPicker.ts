import type { View, ViewHost } from '../../host';
import { el, put, unique } from '../dom';
import { icon } from '../icons';
import { blocking, focused, style } from '../layer';
import { VirtualList, type Row } from '../personPicker/list';
import pickerCSS from '../personPicker/personPicker.css';
import { strings, type Strings } from '../strings';
import css from './orgPicker.css';

const ROW = 58;

interface Org {
  id: string;
  /** Empty at the top. */
  parentId: string;
  name: string;
  /** In it and below. */
  people: number;
  /** Cannot be chosen; what is below it may be. */
  fixed: boolean;
}

interface Params {
  company: string;
  multi: boolean;
  allowEmpty: boolean;
  selected: string[];
  departments: Org[];
}

/** The department picker (selectOrgs and its kin). Answers `{orgs}` in the order of choosing, or `{cancel: true}`. */
export function orgPicker(host: ViewHost): View {
  return { open: (params, done, closed) => open(host, params, done, closed) };
}

function open(host: ViewHost, params: Params, done: (answer: unknown) => void, closed: AbortSignal): void {
  if (closed.aborted) return;
  style(pickerCSS);
  style(css);
  const t = strings(host.lang);
  const orgs = new Map(params.departments.map((org) => [org.id, org] as [string, Org]));
  const below = (id: string): Org[] => params.departments.filter((org) => org.parentId === id);
  const parents = new Set(params.departments.map((org) => org.parentId));
  const chosen = new Set(params.multi ? params.selected : params.selected.slice(0, 1));
  /** The departments that were gone into, from the top down, and how far each was scrolled. */
  let path: string[] = [];
  const scrolls = new Map<string, number>();

  const heading = unique('title');
  const input = el('input', {
    type: 'search',
    'aria-label': t.search,
    placeholder: t.searchOrgs,
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'search',
    oninput: () => draw(),
    onkeydown: (event: KeyboardEvent) => {
      if (event.isComposing || event.key !== 'ArrowDown') return;
      event.preventDefault();
      list.focus(0);
    },
  });
  const clear = el(
    'button',
    {
      type: 'button',
      class: 'clear',
      'aria-label': t.clear,
      onclick: () => {
        input.value = '';
        draw();
        input.focus();
      },
    },
    icon('close'),
  );
  const crumbs = el('nav', { class: 'crumbs', 'aria-label': t.path });
  const body = el('ul', { class: 'rows' });
  const empty = el('p', { class: 'empty' });
  const scroller = el('div', { class: 'scroller', tabindex: -1 }, body, empty);
  const counted = el('p', { class: 'unseen', 'aria-live': 'polite' });
  const chips = el('div', { class: 'chips', role: 'group', 'aria-label': t.chosen });
  const ok = el('button', { type: 'button', class: 'ok', onclick: () => finish({ orgs: Array.from(chosen) }) });
  const dialog = el(
    'dialog',
    { class: 'sheet picker orgs', 'aria-labelledby': heading },
    el(
      'header',
      {},
      el('button', { type: 'button', class: 'cancel', onclick: () => finish({ cancel: true }) }, t.cancel),
      el('h1', { id: heading }, t.chooseOrgs),
    ),
    el('div', { class: 'search' }, icon('search'), input, clear),
    crumbs,
    scroller,
    counted,
    el('footer', {}, chips, ok),
  );
  const list = new VirtualList<Org>(
    scroller,
    body,
    ROW,
    () => 'org',
    () =>
      makeRow(t, params.multi, {
        chosen: (id) => chosen.has(id),
        above: (org) => (input.value.trim() ? above(org) : ''),
        deeper: (id) => parents.has(id),
        toggle,
        enter(id) {
          remember();
          path = trail(id);
          input.value = '';
          draw(true);
        },
      }),
  );
  const layer = blocking(dialog, { escape: () => finish({ cancel: true }), focus: () => input });

  function finish(answer: unknown): void {
    close();
    done(answer);
  }

  function close(): void {
    layer.remove();
    list.dispose();
  }

  /** The ids from the top down to a department, itself too. */
  function trail(id: string): string[] {
    const ids: string[] = [];
    for (let org = orgs.get(id); org && ids.indexOf(org.id) < 0; org = orgs.get(org.parentId)) ids.unshift(org.id);
    return ids;
  }

  function above(org: Org): string {
    return trail(org.parentId)
      .map((id) => orgs.get(id)!.name)
      .join(' / ');
  }

  function toggle(id: string): void {
    if (!params.multi) chosen.clear();
    if (chosen.has(id)) chosen.delete(id);
    else chosen.add(id);
    drawChosen();
    list.refresh();
  }

  function drawChosen(): void {
    ok.textContent = `${t.ok}(${chosen.size})`;
    ok.disabled = !chosen.size && !params.allowEmpty;
    const had = chips.contains(focused());
    put(
      chips,
      ...Array.from(chosen).map((id) => {
        const { name } = orgs.get(id)!;
        return el(
          'button',
          { type: 'button', 'aria-label': t.remove(name), title: name, onclick: () => toggle(id) },
          el('span', {}, name),
          icon('close'),
        );
      }),
    );
    if (!chosen.size) chips.append(el('span', { class: 'hint' }, t.noneChosen));
    chips.scrollLeft = chips.scrollWidth;
    if (had) (chips.querySelector<HTMLElement>('button:last-child') || input).focus();
  }

  const place = (): string => path[path.length - 1] || '';

  function remember(): void {
    if (!input.value.trim()) scrolls.set(place(), scroller.scrollTop);
  }

  function draw(moved = false): void {
    const query = input.value.trim().toLowerCase();
    const shown = query ? params.departments.filter(({ name }) => name.toLowerCase().indexOf(query) >= 0) : below(place());
    clear.hidden = !input.value;
    list.set(shown, query ? 0 : scrolls.get(place()) || 0);
    counted.textContent = query ? t.results(shown.length) : '';
    empty.textContent = shown.length ? '' : query ? t.noMatch(input.value.trim()) : t.noOrgs;
    empty.hidden = shown.length > 0;
    drawCrumbs(!!query);
    if (moved) list.focus(0);
  }

  function drawCrumbs(hidden: boolean): void {
    crumbs.hidden = hidden;
    const names = [params.company].concat(path.map((id) => orgs.get(id)!.name));
    put(
      crumbs,
      ...names.map((name, i) =>
        i === path.length
          ? el('span', { class: 'crumb', 'aria-current': 'page' }, name)
          : el(
              'button',
              {
                type: 'button',
                class: 'crumb',
                onclick: () => {
                  remember();
                  path = path.slice(0, i);
                  draw(true);
                },
              },
              name,
              icon('forward'),
            ),
      ),
    );
    crumbs.scrollLeft = crumbs.scrollWidth;
  }

  closed.addEventListener('abort', close);
  layer.show();
  drawChosen();
  draw();
}

/** What a row needs to know of the picker. */
interface Picking {
  chosen(id: string): boolean;
  /** The path above a department that was found; empty where the crumbs show it. */
  above(org: Org): string;
  deeper(id: string): boolean;
  toggle(id: string): void;
  enter(id: string): void;
}

function makeRow(t: Strings, multi: boolean, picking: Picking): Row<Org> {
  let id = '';
  const about = unique('about');
  const input = el('input', {
    type: multi ? 'checkbox' : 'radio',
    name: multi ? null : 'org',
    'aria-describedby': about,
    onchange: () => picking.toggle(id),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      picking.toggle(id);
    },
  });
  const name = el('span', { class: 'name' });
  const heads = el('span', { class: 'about', id: about });
  const below = el('button', { type: 'button', class: 'below', onclick: () => picking.enter(id) }, t.below, icon('forward'));
  const label = el(
    'label',
    {},
    input,
    el('span', { class: 'tick', 'aria-hidden': 'true' }, icon('check')),
    el('span', { class: 'sign', 'aria-hidden': 'true' }, icon('folder')),
    el('span', { class: 'who' }, name, heads),
  );
  const element = el('li', { class: 'row' }, el('div', { class: 'line' }, label, below));
  return {
    element,
    // A department that cannot be chosen is gone into.
    get focus() {
      return input.disabled ? below : input;
    },
    fill(org, index, count) {
      id = org.id;
      name.textContent = org.name;
      heads.textContent = [picking.above(org), t.heads(org.people)].filter(Boolean).join(' · ');
      input.checked = picking.chosen(id);
      input.disabled = org.fixed;
      input.setAttribute('aria-label', org.name);
      below.hidden = !picking.deeper(id);
      below.setAttribute('aria-label', t.belowOf(org.name));
      element.setAttribute('aria-posinset', String(index + 1));
      element.setAttribute('aria-setsize', String(count));
    },
  };
}
