import { failure, guarded, madeHere, saying, STRICT, type Client } from './client';
import type { Config } from './config';
import { createEvents } from './events';
import { answerFrames } from './frames';
import { createCallbacks, wentElsewhere } from './native/warts';
import type { WireError } from './protocol';
import { keepInPage } from './storage';
import { getTicket } from './ticket';

/** What a page passes to qing.call: the method's parameters, and the callbacks among them. */
interface Callbacks {
  success?(result: unknown, more?: object): void;
  error?(result: unknown): void;
  complete?(result: unknown, more?: object): void;
}

/** A call that waits for its answer. */
interface Pending extends Callbacks {
  name: unknown;
  /** Shows where the call was made. */
  at: Error;
  resolve(result: unknown): void;
  reject(error: Error): void;
  /** Has nobody need to look after the promise. */
  quiet(): void;
}

/** Code of bridge/error.go. */
const BAD_MESSAGE = '90002';

/** What a page finds as XuntongJSBridge. */
export interface Bridge {
  handleMessageFromXT(id: unknown, message: unknown): void;
}

/**
 * The page library: what a light app finds as `qing` and `XuntongJSBridge`. It follows the vendor's (reference §1.6), and
 * adds a promise to every call.
 */
export function createLibrary(config: Config, client: Client): Bridge {
  const pending = new Map<number, Pending>();
  const { profile, strict } = config;
  const answersTo = createCallbacks<Pending>(profile);
  const isDesktop = profile.client === 'desktop';
  const hasChannel = (name: string) => profile.channels.indexOf(name) >= 0;
  const talksDirectly = hasChannel('_CloudHubJSBridge'); // its answers do not pass through the vendor's library
  const events = talksDirectly || hasChannel('CloudHubJSBridge') ? createEvents() : noEvents();
  const trusted: string[] = [];
  let errorMentioned = false;
  let debug = false;

  /** Calls the host. The promise is an extension; it resolves with what the callbacks get, also of a failure. */
  function call(name: unknown, params?: unknown): Promise<unknown> {
    if (name === 'request') name = 'cloudoffice.request';
    if (name === 'getTicket') return getTicket(call, params); // done in the page, as in the vendor's library
    let given: ReturnType<typeof split> = { rest: undefined };
    let unreadable: unknown;
    try {
      given = split(params);
    } catch (problem) {
      unreadable = problem; // a getter of the page's
    }
    const { success, error, complete, rest } = given;
    const promise = new Promise<unknown>((resolve, reject) => {
      const quiet = () => void promise.catch(() => undefined);
      const waiting: Pending = { name, at: madeHere(strict), success, complete, resolve, reject, quiet };
      try {
        if (unreadable) throw unreadable;
        if (typeof name !== 'string' || !name) throw new TypeError('第一个参数应为 JS-API 的名字');
        if (error && neverCalled(waiting)) return;
        if (debug && isDesktop) console.log(name, rest);
        const kept = config.apis.indexOf(name) < 0 && keepInPage(name, rest);
        if (kept) return void Promise.resolve().then(() => tell(waiting, kept));
        const to = answersTo(name, rest, waiting);
        let heard = false;
        const id = client.request(name, rest, {
          result(result, more) {
            heard = true;
            if (!more) pending.delete(id);
            const other = to();
            if (other !== waiting && violates(waiting, wentElsewhere(name, String(other.name)))) return;
            tell(other, coerce(delivered(result)));
          },
          done() {
            pending.delete(id);
            if (strict && !heard && (success || complete)) fail(waiting, { code: STRICT, message: `--strict: ${name} 成功时手机不调用任何回调` });
            else waiting.resolve(undefined);
          },
          failed(error) {
            if (pending.delete(id)) fail(waiting, error);
          },
        });
        pending.set(id, waiting);
      } catch (problem) {
        const message = `qing.call(${String(name)}) 无法发出: ${problem instanceof Error ? problem.message : problem}`;
        // Later, as every answer comes later.
        void Promise.resolve().then(() => fail(waiting, { code: BAD_MESSAGE, message }));
      }
    });
    return promise;
  }

  /** What the phone passes over without a word: a warning, or in strict mode, where it returns true, a failed call. */
  function violates(waiting: Pending, message: string): boolean {
    if (strict) void Promise.resolve().then(() => fail(waiting, { code: STRICT, message: '--strict: ' + message }));
    else console.warn('[qinghost]', message);
    return !!strict;
  }

  /** Says, once, that nobody calls the callback `error`. */
  function neverCalled(waiting: Pending): boolean {
    if (errorMentioned && !strict) return false;
    errorMentioned = true;
    return violates(waiting, '手机客户端从不调用 error 回调: 失败也会进入 success, 请检查 result.success');
  }

  /** An answer in the form in which the client hands it over. */
  function delivered(result: unknown): unknown {
    return profile.delivery === 'string' ? JSON.stringify(result) : result;
  }

  /** Takes an answer the way the client delivers it: XuntongJSBridge.handleMessageFromXT(id, object or JSON string). */
  function answer(id: number, message: unknown): void {
    const waiting = pending.get(id);
    if (waiting) tell(waiting, coerce(message)); // it may come again, so the callback stays, as in the vendor's
  }

  function tell(waiting: Pending, result: unknown): void {
    callBack(waiting, result);
    waiting.resolve(result);
  }

  function callBack({ name, success, complete }: Pending, result: unknown): void {
    guarded(() => {
      if (debug && !isDesktop) alert(name + ' ' + JSON.stringify(result));
      const more = talksDirectly ? undefined : { code: 200, data: result };
      if (success) success(result, more);
      if (complete) complete(result, more);
    });
  }

  /** What no phone has: the host is gone or strict, or the call never went out. The callbacks hear of it too, rather than hang. */
  function fail(waiting: Pending, error: WireError): void {
    console.error('[qinghost]', error.message);
    // No phone rejects: a page that only uses callbacks is not to see unhandled rejections, unless it asked to.
    if (error.code !== STRICT) waiting.quiet();
    callBack(waiting, coerce(delivered(failure(error))));
    waiting.reject(Object.assign(saying(waiting.at, error.message), { code: error.code }));
  }

  // -- what the page sees

  const qing = {
    version: config.version,
    isReady: true,
    isMobile: !isDesktop,
    isDesktop,
    isIOS: profile.client === 'ios',
    isAndroid: profile.client === 'android',
    isCloudHub: true,
    call,
    on: events.on,
    off: events.off,
    once: events.once,
    trigger: events.emit,
    ready(callback: () => void): void {
      void Promise.resolve().then(() => guarded(callback));
    },
    /**
     * Nothing to check here, as in the vendor's library; the events named are sent again as DOM events with `data`. `debug`
     * shows every result, on the desktop the parameters.
     */
    config(options?: { debug?: boolean; jsEventList?: string[] }): void {
      debug = !!(options && options.debug);
      ((options && options.jsEventList) || []).forEach((name) =>
        events.on(name, (data) => document.dispatchEvent(Object.assign(new Event(name), { data }))),
      );
    },
    /** A name: whether it can be called, at once. `{jsApiList, success}`: asks the client where it can say, or else a table. */
    checkJsApi(what: any): unknown {
      const has = (name: string) => config.apis.indexOf(name) >= 0;
      if (typeof what === 'string') return has(what);
      if (has('checkJsApi')) return call('checkJsApi', what);
      const { success, complete, rest } = split(what);
      const data: Record<string, boolean> = {};
      for (const name of (rest as any)?.jsApiList || []) data[name] = has(name);
      const result = coerce(delivered({ success: 'true', error: '', errorCode: '0', data }));
      return Promise.resolve().then(() => {
        for (const tell of [success, complete]) if (tell) guarded(() => tell(result));
        return result;
      });
    },
    checkVersion: (target: string) => checkVersion(profile.version, target),
    /** Lets child frames of that origin call too; those of the page's own may anyway. */
    trust: (origin: string) => void trusted.push(origin),
  };

  const xuntong = (name: unknown, params?: unknown, callback?: (result: unknown) => void) => {
    const plain = params && typeof params === 'object' && !Array.isArray(params) ? params : undefined;
    void call(name, callback ? { ...(plain || {}), complete: callback } : params);
  };
  const bridge = { call: xuntong, invoke: xuntong, handleMessageFromXT: (id: unknown, m: unknown) => answer(Number(id), m) };

  Object.assign(globalThis, { qing, XuntongJSBridge: bridge });
  client.onEvent(events.emit);
  answerFrames(trusted, call);
  announceReady();
  return bridge;
}

/** The events of a client that has no way to tell any (reference §1.6). */
function noEvents(): ReturnType<typeof createEvents> {
  const nothing = () => console.warn('[qinghost] 这个版本的客户端没有事件: qing.on、off、once、trigger 不起作用');
  return { on: nothing, off: nothing, once: nothing, emit: () => undefined };
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
