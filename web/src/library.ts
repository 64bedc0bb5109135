import type { Config } from './config';
import { createEvents } from './events';
import { HOST, type View, type ViewHost } from './host';
import { functionLink, socketLink, type Link } from './link';
import type { Message, WireError } from './protocol';
import { getTicket } from './ticket';
import { createViews } from './viewport';

/** What a page passes to qing.call: the method's parameters, and the callbacks among them. */
interface Callbacks {
  success?(result: unknown): void;
  error?(result: unknown): void;
  complete?(result: unknown): void;
}

/** A call that waits for its answer. */
interface Pending extends Callbacks {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Codes of bridge/error.go that arise here. */
const BAD_MESSAGE = '90002';
const HOST_GONE = '90003';

/**
 * The page library: what a light app finds as `qing` and `XuntongJSBridge`. It follows the vendor's (reference §1.6), and
 * adds a promise to every call.
 */
export function createLibrary(config: Config, place: ViewHost['place']): void {
  const pending = new Map<number, Pending>();
  const { profile } = config;
  const events = createEvents();
  let lastId = 0;
  let errorMentioned = false;

  const listener = { message: receive, lost };
  const link: Link = config.post
    ? functionLink(config.post, config.receive!, listener)
    : socketLink(location.origin.replace(/^http/, 'ws') + config.socket, listener);
  const views = createViews(config, link);

  /** Calls the host. The promise is an extension; it resolves with what the callbacks get, also of a failure. */
  function call(name: unknown, params?: unknown): Promise<unknown> {
    if (name === 'getTicket') return getTicket(call, params); // done in the page, as in the vendor's library
    let given: ReturnType<typeof split> = { rest: undefined };
    let unreadable: unknown;
    try {
      given = split(params);
    } catch (problem) {
      unreadable = problem; // a getter of the page's
    }
    const { success, error, complete, rest } = given;
    if (error && !errorMentioned) {
      errorMentioned = true;
      console.warn('[qinghost] 手机客户端从不调用 error 回调: 失败也会进入 success, 请检查 result.success');
    }
    const promise = new Promise<unknown>((resolve, reject) => {
      const waiting: Pending = { success, complete, resolve, reject };
      const id = ++lastId;
      pending.set(id, waiting);
      try {
        if (unreadable) throw unreadable;
        if (typeof name !== 'string' || !name) throw new TypeError('第一个参数应为 JS-API 的名字');
        link.send({ id, method: name, params: rest });
      } catch (problem) {
        pending.delete(id);
        const message = `qing.call(${String(name)}) 无法发出: ${problem instanceof Error ? problem.message : problem}`;
        // Later, as every answer comes later.
        void Promise.resolve().then(() => fail(waiting, { code: BAD_MESSAGE, message }));
      }
    });
    // No phone rejects: a page that only uses callbacks is not to see unhandled rejections. The console has the error.
    promise.catch(() => undefined);
    return promise;
  }

  /** Takes an answer the way the client delivers it: XuntongJSBridge.handleMessageFromXT(id, object or JSON string). */
  function answer(id: number, message: unknown, more?: boolean): void {
    const waiting = pending.get(id);
    if (!waiting) return;
    if (!more) pending.delete(id);
    const result = coerce(message);
    guarded(() => {
      if (waiting.success) waiting.success(result);
      if (waiting.complete) waiting.complete(result);
    });
    waiting.resolve(result);
  }

  /** What no phone has: the host is gone, or the call never went out. The callbacks hear of it too, rather than hang. */
  function fail(waiting: Pending, error: WireError): void {
    console.error('[qinghost]', error.message);
    const result = { success: 'false', error: error.message, errorCode: error.code, data: {} };
    const delivered = profile.delivery === 'string' ? coerce(JSON.stringify(result)) : result;
    guarded(() => {
      if (waiting.success) waiting.success(delivered);
      if (waiting.complete) waiting.complete(delivered);
    });
    waiting.reject(Object.assign(new Error(error.message), { code: error.code }));
  }

  function lost(): void {
    hello();
    const open = Array.from(pending.values());
    pending.clear();
    for (const waiting of open) fail(waiting, { code: HOST_GONE, message: 'qinghost 已重新启动, 此调用没有结果' });
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
        pending.delete(params.id);
        return;
      case '$/cancel':
        return views.close(params.id);
    }
    if (id) return views.open(id, method, params);
    if (method.indexOf('view.') === 0) return views.update(method, params);
    guarded(() => events.emit(method, params));
  }

  function replied({ id, result, error, more }: Message): void {
    const waiting = pending.get(id!);
    if (!waiting) return;
    if (error) {
      pending.delete(id!);
      fail(waiting, error);
    } else if (result === undefined) {
      pending.delete(id!);
      waiting.resolve(undefined); // done; on the phone no callback hears of it
    } else {
      answer(id!, profile.delivery === 'string' ? JSON.stringify(result) : result, more);
    }
  }

  function hello(): void {
    link.send({ method: '$/hello', params: { url: location.href, title: document.title } });
  }

  /** Asks for the navigation bar, once the page has loaded: the views are not to slow it down. */
  function askNavigation(): void {
    hello();
    if (config.loadViews) void call('view.navigation');
  }

  // -- what the page sees

  const qing = {
    version: config.version,
    isReady: true,
    isMobile: true,
    isDesktop: false,
    isIOS: profile.name.indexOf('ios') === 0,
    isAndroid: profile.name.indexOf('android') === 0,
    isCloudHub: true,
    call,
    on: events.on,
    off: events.off,
    once: events.once,
    trigger: events.emit,
    ready(callback: () => void): void {
      void Promise.resolve().then(() => guarded(callback));
    },
    /** Nothing to check here, as in the vendor's library; the events named are sent again as DOM events with `data`. */
    config(options?: { jsEventList?: string[] }): void {
      ((options && options.jsEventList) || []).forEach((name) =>
        events.on(name, (data) => document.dispatchEvent(Object.assign(new Event(name), { data }))),
      );
    },
    /** A name: whether it can be called, at once. `{jsApiList, success}`: asks the client, as from 0.9.80 on. */
    checkJsApi(what: unknown): unknown {
      return typeof what === 'string' ? config.apis.indexOf(what) >= 0 : call('checkJsApi', what);
    },
    checkVersion: (target: string) => checkVersion(/Qing\/([\d.]+)/.exec(profile.userAgent)![1], target),
  };

  const xuntong = (name: unknown, params?: unknown, callback?: (result: unknown) => void) => {
    const plain = params && typeof params === 'object' && !Array.isArray(params) ? params : undefined;
    void call(name, callback ? { ...(plain || {}), complete: callback } : params);
  };
  const bridge = { call: xuntong, invoke: xuntong, handleMessageFromXT: (id: unknown, m: unknown) => answer(Number(id), m) };

  const host: ViewHost = {
    lang: config.lang,
    profile,
    place,
    view: (name: string, view: View) => views.define('view.' + name, view),
    call: (method, params) => call(method, params),
  };
  Object.defineProperty(globalThis, HOST, { value: host });
  Object.assign(globalThis, { qing, XuntongJSBridge: bridge });

  hello();
  if (document.readyState === 'complete') askNavigation();
  else addEventListener('load', askNavigation);
  announceReady();
  for (const moved of ['hashchange', 'popstate']) addEventListener(moved, hello);
  addEventListener('pagehide', () => link.leave());
  // A page that comes back from the browser's cache has left the host; the client loads it anew too (KDWebView.m).
  addEventListener('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) location.reload();
  });
}

/** Fires QingReady when the page's scripts have had the chance to listen. */
function announceReady(): void {
  const ready = () => document.dispatchEvent(new Event('QingReady'));
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready);
  else void Promise.resolve().then(ready);
}

/** Takes the callbacks out of the parameters; what is no object passes as it is. */
function split(params: unknown): Callbacks & { rest: unknown } {
  if (!params || typeof params !== 'object' || Array.isArray(params)) return { rest: params };
  const { success, error, complete, ...rest } = params as Callbacks;
  const own = (f: unknown) => (typeof f === 'function' ? (f as () => void) : undefined);
  return { success: own(success), error: own(error), complete: own(complete), rest };
}

/** What the vendor's mobile library does with an answer (reference §1.2): text is parsed and its success made a boolean. */
function coerce(message: unknown): unknown {
  if (typeof message !== 'string' || message[0] !== '{') return message;
  const result = JSON.parse(message);
  if (result.success === 'true' || result.success === 'false') result.success = result.success === 'true';
  return result;
}

/** Runs the page's code; what it throws is the page's error, not ours, and holds up no other answer. */
function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/**
 * Component by component; true when the client is at least the target. Undefined when both are the same number written
 * differently (0.9.50 and 0.9.50.0), as in the vendor's.
 */
export function checkVersion(client: string, target: string): boolean | undefined {
  const a = client.split('.').map(Number);
  const b = String(target).split('.').map(Number);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] || 0) - (b[i] || 0);
    if (difference) return difference > 0;
  }
  return client.length === String(target).length ? true : undefined;
}
