/** What a row of the list is told to show. */
export interface Row<T> {
  element: HTMLElement;
  /** Where the keyboard goes. */
  focus: HTMLElement;
  fill(item: T, index: number, count: number): void;
}

/** Rows kept beyond those in sight, and round the one with the focus. */
const MARGIN = 3;

/**
 * A list of rows of one height that keeps in the document only what is in sight, and the row that has the focus with its
 * neighbours. Rows leave at one end and come in at the other; their order in the document is that on the screen, so Tab goes where the eye goes.
 */
export class VirtualList<T> {
  private readonly live = new Map<number, { row: Row<T>; kind: string }>();
  private readonly spare = new Map<string, Row<T>[]>();
  private items: T[] = [];
  private readonly resized = new ResizeObserver(() => this.render());
  private frame = 0;

  /** `scroller` scrolls, `body` is as high as all rows together. */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly body: HTMLElement,
    private readonly height: number,
    private readonly kind: (item: T) => string,
    private readonly make: (kind: string) => Row<T>,
  ) {
    scroller.addEventListener(
      'scroll',
      () => {
        if (!this.frame)
          this.frame = requestAnimationFrame(() => {
            this.frame = 0;
            this.render();
          });
      },
      { passive: true },
    );
    body.addEventListener('keydown', (event) => this.key(event));
    // A quick Tab must find the next row before the scroll event has come.
    body.addEventListener('focusin', () => this.render());
    this.resized.observe(scroller);
  }

  /** Shows other items, from the top or from `scroll`. */
  set(items: T[], scroll = 0): void {
    this.items = items;
    this.body.style.height = `${items.length * this.height}px`;
    this.scroller.scrollTop = scroll;
    this.each((index) => this.release(index));
    this.render();
  }

  /** Fills the rows in sight anew. */
  refresh(): void {
    this.live.forEach(({ row }, index) => row.fill(this.items[index], index, this.items.length));
  }

  dispose(): void {
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** Moves the focus to a row, wherever it is. */
  focus(index: number): void {
    if (index < 0 || index >= this.items.length) return;
    const top = index * this.height;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    const view = this.scroller.clientHeight;
    if (top + this.height > this.scroller.scrollTop + view) this.scroller.scrollTop = top + this.height - view;
    this.render();
    const at = this.live.get(index);
    if (at) at.row.focus.focus({ preventScroll: true });
  }

  private render(): void {
    const view = this.scroller.clientHeight;
    if (!view) return;
    const first = Math.floor(this.scroller.scrollTop / this.height) - MARGIN;
    const last = Math.ceil((this.scroller.scrollTop + view) / this.height) - 1 + MARGIN;
    const at = this.find((this.body.getRootNode() as ShadowRoot).activeElement);
    const near = (index: number): boolean => at >= 0 && Math.abs(index - at) <= MARGIN;
    this.each((index) => {
      if ((index < first || index > last) && !near(index)) this.release(index);
    });
    this.fill(first, last);
    if (at >= 0) this.fill(at - MARGIN, at + MARGIN);
  }

  private fill(first: number, last: number): void {
    const end = Math.min(this.items.length - 1, last);
    for (let index = Math.max(0, first); index <= end; index++) if (!this.live.has(index)) this.insert(index);
  }

  private insert(index: number): void {
    const item = this.items[index];
    const kind = this.kind(item);
    const pool = this.spare.get(kind);
    const row = (pool && pool.pop()) || this.make(kind);
    row.fill(item, index, this.items.length);
    row.element.style.transform = `translateY(${index * this.height}px)`;
    let after: number | undefined;
    this.live.forEach((_, other) => {
      if (other > index && (after === undefined || other < after)) after = other;
    });
    this.body.insertBefore(row.element, after === undefined ? null : this.live.get(after)!.row.element);
    this.live.set(index, { row, kind });
  }

  private release(index: number): void {
    const { row, kind } = this.live.get(index)!;
    this.live.delete(index);
    row.element.remove();
    const pool = this.spare.get(kind);
    if (pool) pool.push(row);
    else this.spare.set(kind, [row]);
  }

  private each(visit: (index: number) => void): void {
    Array.from(this.live.keys()).forEach(visit);
  }

  /** The row that an element is in; -1 where it is in none. */
  private find(element: Element | null): number {
    let at = -1;
    if (element)
      this.live.forEach(({ row }, index) => {
        if (row.element.contains(element)) at = index;
      });
    return at;
  }

  private key(event: KeyboardEvent): void {
    const at = this.find(event.target as Element);
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.height) - 1);
    const last = this.items.length - 1;
    const to: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      ArrowRight: at,
      ArrowLeft: at,
      Home: 0,
      End: last,
      PageDown: Math.min(last, at + page),
      PageUp: Math.max(0, at - page),
    };
    if (at < 0 || !(event.key in to)) return;
    // Radios would choose by arrow; here arrows only walk, for rows come and go.
    event.preventDefault();
    if (to[event.key] !== at) this.focus(to[event.key]);
  }
}
