import { el, unique, type Child } from './dom';
import { blocking, style } from './layer';
import css from './chooser.css';
import type { Strings } from './strings';

/** What a screen needs; `ok` is the button at the right. */
interface Options {
  name: string;
  title: string;
  t: Strings;
  closed: AbortSignal;
  done(answer: unknown): void;
  ok?: { text: string; press(): void };
  /** What gets the focus at first; the dialog itself without it. */
  focus?(): HTMLElement | null;
  /** Called once when the screen goes, however it goes. */
  gone?(): void;
}

/** Shows a screen that covers the page; Escape and 取消 answer `{cancel: true}`. */
export function chooser(options: Options, ...content: Child[]) {
  const { t, closed, done } = options;
  style(css);
  const id = unique('title');
  const heading = el('h1', { id }, options.title);
  const ok = options.ok && el('button', { type: 'button', class: 'ok', onclick: options.ok.press }, options.ok.text);
  const cancel = (): void => finish({ cancel: true });
  const dialog = el(
    'dialog',
    { class: `sheet chooser ${options.name}`, 'aria-labelledby': id },
    el('header', {}, el('button', { type: 'button', class: 'cancel', onclick: cancel }, t.cancel), heading, ok),
    ...content,
  );
  const layer = blocking(dialog, { escape: cancel, focus: options.focus });

  function close(): void {
    layer.remove();
    if (options.gone) options.gone();
  }
  function finish(answer: unknown): void {
    close();
    done(answer);
  }
  closed.addEventListener('abort', close);
  layer.show();
  return { dialog, heading, ok, finish };
}

/** A button that has the developer choose files of this machine. */
export function localFiles(accept: string, multiple: boolean, take: (files: File[]) => void, ...content: Child[]): HTMLButtonElement {
  const input = el('input', { type: 'file', accept: accept || null, multiple, hidden: true, tabindex: -1 });
  input.addEventListener('change', () => {
    const files = Array.from(input.files || []);
    input.value = '';
    if (files.length) take(files);
  });
  // The input stands in the button, and its own click is not to press the button again.
  input.addEventListener('click', (event) => event.stopPropagation());
  return el('button', { type: 'button', onclick: () => input.click() }, input, ...content);
}
