import type { Profile } from './config';

/** What the page's first bundle offers to the second, the views. */
export interface ViewHost {
  readonly lang: 'zh' | 'en';
  readonly profile: Profile;
  /** Where the bridge runs: the navigation bar is drawn by the simulator's frame, by a small button, or by the window. */
  readonly place: 'page' | 'frame' | 'window';
  /** Registers a view. A request that arrived before its view waits for it. */
  view(name: string, view: View): void;
  /** Calls the host; rejects with an Error that has a `code`. */
  call(method: string, params?: unknown): Promise<unknown>;
}

/** A native screen of the phone, drawn in the page: opened by the host, answered by a person or put away by the host. */
export interface View {
  /** Opens the view. `done` sends the answer, once; later calls do nothing. `closed` aborts when the host puts the view away. */
  open?(params: any, done: (answer: unknown) => void, closed: AbortSignal): void;
  /** News for the open view, or the whole state of a view that always stands (the navigation bar). */
  update?(state: any): void;
}

/**
 * The symbol under which `ViewHost` stands on the global object, for the tests of every runtime, and so that the library is
 * installed once; not in a page that brings a library of its own.
 */
export const HOST = Symbol.for('qinghost');
