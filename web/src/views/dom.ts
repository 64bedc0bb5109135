/** What a child of an element may be; what is false or missing is left out. */
export type Child = Node | string | null | undefined | false;

type Listener = (event: any) => void;
type Props = Record<string, string | number | boolean | null | undefined | Listener>;

/**
 * Makes an element. A function under `onname` listens to `name`, `true` is an empty attribute, `false` and `null` are none.
 * There is no markup and no style attribute here: a page's policy (CSP, Trusted Types) forbids both.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props?: Props,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), props, children);
}

/** Makes an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props?: Props,
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);
}

function fill<E extends Element>(element: E, props: Props | undefined, children: Child[]): E {
  for (const name in props) {
    const value = props[name];
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** Replaces what an element holds. */
export function put(parent: Element, ...children: Child[]): void {
  while (parent.firstChild) parent.removeChild(parent.firstChild);
  for (const child of children) if (child) parent.append(child);
}

let ids = 0;

/** An id that nothing else in the shadow root has. */
export function unique(prefix: string): string {
  return `${prefix}-${++ids}`;
}

/** Moves the focus among `items` by an arrow key, round the ends; false when the key is none of `keys` (back, forward). */
export function arrow(
  event: KeyboardEvent,
  items: HTMLElement[],
  at: Element | null,
  back: string,
  forward: string,
): boolean {
  const last = items.length - 1;
  const now = items.indexOf(at as HTMLElement);
  const next =
    event.key === back
      ? now > 0
        ? now - 1
        : last
      : event.key === forward
        ? now < last
          ? now + 1
          : 0
        : event.key === 'Home'
          ? 0
          : event.key === 'End'
            ? last
            : -1;
  if (next < 0 || !items.length) return false;
  event.preventDefault();
  items[next].focus();
  return true;
}
