import type { View, ViewHost } from '../../host';
import { arrow, el, put, unique } from '../dom';
import { icon } from '../icons';
import { blocking, focused, style } from '../layer';
import { strings } from '../strings';
import { Chosen } from './chosen';
import { VirtualList } from './list';
import type { Params } from './params';
import css from './personPicker.css';
import { makeRow } from './rows';
import { search } from './search';
import { Tree, type Item } from './tree';

const ROW = 58;

type Tab = 'recent' | 'organisation' | 'groups';

/** The person picker (selectPersons and its kin). Answers `{people}` in the order of choosing, or `{cancel: true}`. */
export function personPicker(host: ViewHost): View {
  return { open: (params, done, closed) => open(host, params, done, closed) };
}

function open(host: ViewHost, params: Params, done: (answer: unknown) => void, closed: AbortSignal): void {
  if (closed.aborted) return;
  style(css);
  const t = strings(host.lang);
  const tree = new Tree(params);
  const chosen = new Chosen(
    params,
    tree,
    t,
    () => list.refresh(),
    () => finish({ people: chosen.list() }),
  );
  let tab: Tab = 'recent';
  /** Where the organisation and the groups stand: ids from the top down. */
  const paths: Record<Tab, string[]> = { recent: [], organisation: tree.top() ? [tree.top()!.id] : [], groups: [] };
  const scrolls = new Map<string, number>();

  const heading = unique('title');
  const title = el('h1', { id: heading }, params.title || t.choosePeople);
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
  const input = el('input', {
    type: 'search',
    'aria-label': t.search,
    placeholder: t.searchHint,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    enterkeyhint: 'search',
    oninput: () => draw(),
    onkeydown: (event: KeyboardEvent) => {
      if (event.isComposing || event.key !== 'ArrowDown') return;
      event.preventDefault();
      list.focus(0);
    },
  });
  // A page can ask for a picker without the organisation.
  const kinds: Tab[] = (params.departments || []).length ? ['recent', 'organisation', 'groups'] : ['recent', 'groups'];
  const tabs = kinds.map((name) =>
    el('button', { type: 'button', role: 'tab', id: unique('tab'), 'data-tab': name, onclick: () => go(name) }, t[name]),
  );
  const tablist = el(
    'div',
    {
      class: 'tabs',
      role: 'tablist',
      'aria-label': t.choosePeople,
      onkeydown: (event: KeyboardEvent) => {
        if (arrow(event, tabs, focused(), 'ArrowLeft', 'ArrowRight')) (focused() as HTMLElement).click();
      },
    },
    ...tabs,
  );
  const crumbs = el('nav', { class: 'crumbs', 'aria-label': t.path });
  const body = el('ul', { class: 'rows' });
  const empty = el('p', { class: 'empty' });
  const scroller = el('div', { class: 'scroller', id: unique('panel'), tabindex: -1 }, body, empty);
  for (const button of tabs) button.setAttribute('aria-controls', scroller.id);
  const counted = el('p', { class: 'unseen', 'aria-live': 'polite' });
  const dialog = el(
    'dialog',
    { class: 'sheet picker', 'aria-labelledby': heading },
    el(
      'header',
      {},
      el('button', { type: 'button', class: 'cancel', onclick: () => finish({ cancel: true }) }, t.cancel),
      title,
    ),
    el('div', { class: 'search' }, icon('search'), input, clear),
    !params.groupName && tablist,
    crumbs,
    scroller,
    chosen.note,
    counted,
    chosen.footer,
  );

  const list = new VirtualList<Item>(
    scroller,
    body,
    ROW,
    (item) => item.kind,
    (kind) =>
      makeRow(kind, {
        multi: params.multi,
        text: t,
        chosen: (id) => chosen.has(id),
        toggle: (id) => chosen.toggle(id),
        enter: (id) => {
          remember();
          paths[tab].push(id);
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

  function go(name: Tab): void {
    remember();
    // The tab that is open already leads back to its top, as on the phone.
    if (tab === name && !input.value) paths[name] = paths[name].slice(0, name === 'organisation' && tree.top() ? 1 : 0);
    tab = name;
    input.value = '';
    draw();
  }

  const place = (): string => [tab as string].concat(paths[tab]).join('/');

  function remember(): void {
    if (!input.value) scrolls.set(place(), scroller.scrollTop);
  }

  function items(): Item[] {
    if (input.value.trim())
      return search(params.people, input.value).map(({ person, from, to }) => ({ kind: 'person', person, from, to }));
    if (params.groupName) return tree.persons(params.people.map((person) => person.openId));
    const path = paths[tab];
    const here = path[path.length - 1] || '';
    if (tab === 'recent') return tree.persons(params.recent);
    if (tab === 'organisation') return tree.inDepartment(here);
    const group = tree.group(here);
    return group ? tree.persons(group.people) : tree.groups();
  }

  function draw(moved = false): void {
    const searching = input.value.trim() !== '';
    const shown = items();
    clear.hidden = !input.value;
    list.set(shown, searching ? 0 : scrolls.get(place()) || 0);
    counted.textContent = searching ? t.results(shown.length) : '';
    empty.textContent = shown.length ? '' : searching ? t.noMatch(input.value.trim()) : t.nobody;
    empty.hidden = shown.length > 0;
    tablist.hidden = searching;
    for (const button of tabs) {
      const on = button.dataset.tab === tab;
      button.setAttribute('aria-selected', String(on));
      button.tabIndex = on ? 0 : -1;
      if (on && !params.groupName && !searching) {
        scroller.setAttribute('role', 'tabpanel');
        scroller.setAttribute('aria-labelledby', button.id);
      }
    }
    drawCrumbs(searching);
    if (moved) list.focus(0);
  }

  function drawCrumbs(searching: boolean): void {
    const path = paths[tab];
    const names =
      tab === 'organisation' ? path.map((id) => tree.department(id)!.name) : path.map((id) => tree.group(id)!.name);
    const top = tab === 'organisation' && tree.top() ? [] : [t[tab]];
    const all = top.concat(names);
    crumbs.hidden = searching || !!params.groupName || tab === 'recent' || (tab === 'groups' && !path.length);
    put(
      crumbs,
      ...all.map((name, i) =>
        i === all.length - 1
          ? el('span', { class: 'crumb', 'aria-current': 'page' }, name)
          : el(
              'button',
              {
                type: 'button',
                class: 'crumb',
                onclick: () => {
                  remember();
                  paths[tab] = path.slice(0, i + 1 - top.length);
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
  // What there is to choose from: the first tab that holds anything.
  if (!params.groupName && !(params.recent || []).length && (params.departments || []).length) tab = 'organisation';
  draw();
}
