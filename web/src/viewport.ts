import type { Config } from './config';
import type { View, ViewHost } from './host';
import type { Link } from './link';

/** Code of bridge/error.go: a view that this page cannot show. */
const NO_VIEW = '90005';

/**
 * Opens, updates and closes views on the host's word. The views themselves come with the second bundle, at the first
 * request; where nothing is drawn (headless) a request waits for the host to answer it in a person's stead.
 */
export function createViews(config: Config, link: Link, host: ViewHost) {
  const known = new Map<string, View>();
  const open = new Map<number, AbortController | undefined>(); // undefined until its view is there
  let waiting: { name: string; run(view: View | undefined): void }[] = [];
  let loading: Promise<unknown> | undefined;
  let loaded = false;

  /** Runs with the view once it is there; with undefined when the views have come and it is not among them. */
  function withView(name: string, run: (view: View | undefined) => void): void {
    const view = known.get(name);
    if (view || loaded) return run(view);
    waiting.push({ name, run });
    if (loading || !config.loadViews) return;
    const defined = config.loadViews().then((define) => define(host));
    loading = defined.then(
      () => {
        loaded = true;
        const all = waiting;
        waiting = [];
        all.forEach((w) => w.run(known.get(w.name)));
      },
      (error) => {
        loading = undefined;
        console.error('[qinghost] 无法加载视图 (人员选择、会议界面等):', error);
      },
    );
  }

  /** Tells the host that nobody will answer this view. */
  function refuse(id: number, message: string): void {
    if (open.delete(id)) link.send({ id, error: { code: NO_VIEW, message } });
  }

  return {
    define(name: string, view: View): void {
      known.set(name, view);
      const mine = waiting.filter((w) => w.name === name);
      waiting = waiting.filter((w) => w.name !== name);
      mine.forEach((w) => w.run(view));
    },
    open(id: number, name: string, params: unknown): void {
      open.set(id, undefined);
      withView(name, (view) => {
        if (!open.has(id)) return; // put away before it was there
        if (!view || !view.open) {
          refuse(id, `此页面没有视图 ${name}`);
          return;
        }
        const done = (result: unknown) => {
          if (open.delete(id)) link.send({ id, result: result === undefined ? null : result });
        };
        const closing = new AbortController();
        open.set(id, closing);
        try {
          view.open(params, done, closing.signal);
        } catch (error) {
          console.error('[qinghost]', error);
          refuse(id, `视图 ${name} 出错: ${error}`);
        }
      });
    },
    update(name: string, state: unknown): void {
      if (!known.has(name) && !config.loadViews) return; // nothing is drawn here
      withView(name, (view) => {
        try {
          if (view && view.update) view.update(state);
        } catch (error) {
          console.error('[qinghost]', error); // and the messages behind this one are read all the same
        }
      });
    },
    close(id: number): void {
      const closing = open.get(id);
      open.delete(id);
      if (closing) closing.abort();
    },
    closeAll(): void {
      Array.from(open.keys()).forEach((id) => this.close(id));
    },
  };
}
