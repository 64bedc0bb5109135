import type { Config } from './config';
import type { View, ViewHost } from './host';
import { functionLink, socketLink, type Link } from './link';
import type { Message, WireError } from './protocol';
import { createViews } from './viewport';

/** Codes of bridge/error.go: the host that held a call is gone; strict mode refuses what the phone passes over. */
const HOST_GONE = '90003';
export const STRICT = '90007';

/** What becomes of a call; always told later, never while it is made. */
export interface Reply {
  /** An answer. `more`: others may follow. */
  result(result: unknown, more: boolean): void;
  /** It is done, and on the phone no callback hears of it. */
  done(): void;
  /** What no phone has: the host is gone, or is strict. */
  failed(error: WireError): void;
}

/** What a page library stands on: the host itself, or one of the client's channels. */
export interface Client {
  /** Makes a call and returns its number. Throws what JSON.stringify throws; the call is then not made. */
  request(method: string, params: unknown, reply: Reply): number;
  /** Has the events told that the client tells the page. */
  onEvent(take: (name: string, data: unknown) => void): void;
}

/** The result that stands for what no phone has. */
export function failure(error: WireError): object {
  return { success: 'false', error: error.message, errorCode: error.code, data: {} };
}

/** An error for a call that may fail later, with where it was made; what only strict mode is worth its price for. */
export const madeHere = (strict: boolean | undefined): Error => (strict ? new Error() : { name: 'Error', message: '' });

/** The error, with what is wrong; one without a place gets that of here. */
export function saying(at: Error, message: string): Error {
  if (!at.stack) return new Error(message);
  at.message = message;
  at.stack = at.stack.replace(/^Error.*/, 'Error: ' + message);
  return at;
}

/** Runs the page's code; what it throws is the page's error, not ours, and holds up no other answer. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/** Connects the page with the host: calls and events, and the views, which it shows on the host's word. */
export function connect(config: Config, place: ViewHost['place']): { client: Client; host: ViewHost } {
  const open = new Map<number, Reply>();
  const unanswered = new Map<number, Reply>(); // those that only a person may answer still
  const listeners: ((name: string, data: unknown) => void)[] = [];
  let lastId = 0;

  const listener = { message: receive, lost };
  const link: Link = config.post
    ? functionLink(config.post, config.receive!, listener)
    : socketLink(location.origin.replace(/^http/, 'ws') + config.socket, listener);
  const host: ViewHost = {
    lang: config.lang,
    profile: config.profile,
    place,
    view: (name: string, view: View) => views.define('view.' + name, view),
    call: (method, params) =>
      new Promise((resolve, reject) => {
        request(method, params, {
          result: resolve,
          done: () => resolve(undefined),
          failed: ({ code, message }) => reject(Object.assign(new Error(message), { code })),
        });
      }),
  };
  const views = createViews(config, link, host);

  function request(method: string, params: unknown, reply: Reply): number {
    const id = lastId + 1;
    // Names of the wire itself are no methods.
    if (method.indexOf('$/') !== 0) link.send({ id, method, params });
    else console.warn('[qinghost] 没有这个 JS-API:', method);
    open.set((lastId = id), reply);
    return id;
  }

  function lost(): void {
    hello();
    const all = Array.from(open.values());
    open.clear();
    unanswered.clear();
    for (const reply of all) reply.failed({ code: HOST_GONE, message: 'qinghost 已重新启动, 此调用没有结果' });
    views.closeAll();
    if (document.readyState === 'complete') askNavigation();
  }

  function receive(message: Message): void {
    const { id, method } = message;
    if (method === undefined) return replied(message);
    const params = message.params as any;
    switch (method) {
      case '$/reload':
        return location.reload();
      case '$/log':
        return (console as any)[params.level]('[qinghost]', params.message);
      case '$/unanswered':
        console.warn('[qinghost]', params.message);
        const reply = take(params.id, false);
        if (reply) unanswered.set(params.id, reply);
        return;
      case '$/cancel':
        return views.close(params.id);
    }
    if (id) return views.open(id, method, params);
    if (method.indexOf('view.') === 0) return views.update(method, params);
    listeners.forEach((tell) => guarded(() => tell(method, params)));
  }

  /** The one that waits for the answer to a call; it waits on when more may follow. */
  function take(id: number, more: boolean | undefined): Reply | undefined {
    const calls = unanswered.has(id) ? unanswered : open;
    const reply = calls.get(id);
    if (!more) calls.delete(id);
    return reply;
  }

  function replied({ id, result, error, more }: Message): void {
    const reply = take(id!, more && !error);
    if (!reply) return;
    if (error) reply.failed(error);
    else if (result === undefined) reply.done();
    else reply.result(result, !!more);
  }

  function hello(): void {
    link.send({ method: '$/hello', params: { url: location.href, title: document.title } });
  }

  /** Asks for the navigation bar, once the page has loaded: the views are not to slow it down. */
  function askNavigation(): void {
    hello();
    if (config.loadViews) void host.call('view.navigation').catch(() => undefined); // asked again when a host is there
  }

  hello();
  if (document.readyState === 'complete') askNavigation();
  else addEventListener('load', askNavigation);
  for (const moved of ['hashchange', 'popstate']) addEventListener(moved, hello);
  addEventListener('pagehide', () => link.leave());
  // A page that comes back from the browser's cache has left the host; the client loads it anew too (KDWebView.m).
  addEventListener('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) location.reload();
  });
  return { client: { request, onEvent: (tell) => void listeners.push(tell) }, host };
}
