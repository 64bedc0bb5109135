import { avatar } from '../avatar';
import { el, put } from '../dom';
import { focused } from '../layer';
import type { Strings } from '../strings';
import type { Params } from './params';
import type { Tree } from './tree';

/** Who is chosen, in the order of choosing, and the bar at the foot of the picker that shows it. */
export class Chosen {
  readonly footer: HTMLElement;
  /** Says why a choice was not taken. */
  readonly note = el('p', { class: 'note', role: 'alert' });
  private readonly ids: Set<string>;
  private readonly max: number;
  private readonly chips: HTMLElement;
  private readonly ok: HTMLButtonElement;

  /** `changed` is called after every change, `confirm` when the choice is done. */
  constructor(
    private readonly params: Params,
    private readonly tree: Tree,
    private readonly text: Strings,
    private readonly changed: () => void,
    confirm: () => void,
  ) {
    const known = (params.selected || []).filter((id) => tree.people.has(id));
    this.ids = new Set(params.multi ? known : known.slice(0, 1));
    this.max = params.max || Infinity;
    this.chips = el('div', { class: 'chips', role: 'group', 'aria-label': text.chosen });
    // Enabled at 0 too: the page is to see what it then gets.
    this.ok = el('button', { type: 'button', class: 'ok', onclick: confirm });
    this.footer = el('footer', {}, this.chips, this.ok);
    this.draw();
  }

  has(openId: string): boolean {
    return this.ids.has(openId);
  }

  list(): string[] {
    return Array.from(this.ids);
  }

  toggle(openId: string): void {
    this.note.textContent = '';
    if (!this.params.multi) {
      this.ids.clear();
      this.ids.add(openId);
    } else if (this.ids.has(openId)) this.ids.delete(openId);
    else if (this.ids.size >= this.max) this.note.textContent = this.text.atMost(this.max);
    else this.ids.add(openId);
    this.draw();
    this.changed();
  }

  private drop(openId: string): void {
    this.ids.delete(openId);
    this.note.textContent = '';
    this.draw();
    this.changed();
  }

  private draw(): void {
    const { chips, ok, text } = this;
    ok.textContent = `${this.params.buttonTitle || text.ok}(${this.ids.size})`;
    const had = chips.contains(focused());
    put(chips, ...this.list().map((openId) => this.chip(openId, this.tree.people.get(openId)!.name)));
    if (!this.ids.size) chips.append(el('span', { class: 'hint' }, text.noneChosen));
    chips.scrollLeft = chips.scrollWidth;
    // The chip that was pressed is gone; the keyboard goes on at the last one.
    if (had) (chips.querySelector<HTMLElement>('button:last-child') || ok).focus();
  }

  private chip(openId: string, name: string): HTMLElement {
    const press = (): void => this.drop(openId);
    return el(
      'button',
      { type: 'button', 'aria-label': this.text.remove(name), title: name, onclick: press },
      avatar(openId, name),
    );
  }
}
