import { failure, guarded, madeHere, saying, STRICT, type Client } from '../client';
import type { Config } from '../config';
import type { Bridge } from '../library';
import { isCall, parse, type URLCall } from './parse';
import { createCallbacks, wentElsewhere } from './warts';

/** The client's side of the channels. */
export interface Native {
  /** Takes a call that comes as a URL; false for any other text. */
  take(url: unknown): boolean;
  /** Makes a call, and has its answers told. */
  call(method: string, params: unknown, answer: (result: any) => void): void;
  /** Has the events told that the client tells the page. */
  onEvent: Client['onEvent'];
}

/** Makes the client's side; `ours` is the page library of ours, whose calls do not come this way. */
export function createNative(client: Client, { profile, strict }: Config, ours?: Bridge): Native {
  // The desktop answers these calls with a text at every version (reference §1.2).
  const text = profile.delivery === 'string' || profile.client === 'desktop';
  const answersTo = createCallbacks<{ id: number; method: string }>(profile);

  function call(method: string, params: unknown, answer: (result: unknown) => void): void {
    if (method.indexOf('view.') === 0) return console.warn('[qinghost] 没有这个 JS-API:', method); // our own views' alone
    const at = madeHere(strict);
    client.request(method, params, {
      result: (result) => guarded(() => answer(result)),
      done: () => undefined,
      failed(error) {
        if (error.code === STRICT) violated(error.message, at);
        else console.error('[qinghost]', error.message);
        guarded(() => answer(failure(error)));
      },
    });
  }

  function take(url: unknown): boolean {
    if (typeof url !== 'string' || !isCall(url)) return false;
    const made = parse(url);
    if (made) taken(made);
    else console.warn('[qinghost] 桥收到的地址不完整, 与手机上一样不作处理:', url.slice(0, 200));
    return true;
  }

  function taken({ method, id, params, answers }: URLCall): void {
    const own = { id, method };
    const to = answersTo(method, params, own);
    const at = madeHere(strict);
    call(method, params, (result) => {
      const other = to();
      if (other !== own && strict) violated('--strict: ' + wentElsewhere(method, other.method), at);
      else if (other !== own) console.warn('[qinghost]', wentElsewhere(method, other.method));
      if (other.id) deliver(answers, other.id, text ? JSON.stringify(result) : result);
    });
  }

  /** In strict mode: makes an error of what nobody would hear of, one that the page did not catch. */
  function violated(message: string, at: Error): void {
    guarded(() => {
      throw saying(at, message);
    });
  }

  /** Calls the page's library as the client does: by the name that it has on the global object. */
  function deliver(object: URLCall['answers'], id: number, result: unknown): void {
    const method = object === 'XuntongJSBridge' ? 'handleMessageFromXT' : 'callback';
    const bridge = (globalThis as any)[object];
    if (ours && bridge && bridge.handleMessageFromXT === ours.handleMessageFromXT) return; // it would take the id for one of its own
    if (bridge && typeof bridge[method] === 'function') bridge[method](id, result);
    else console.error(`[qinghost] 页面没有 ${object}.${method}, 与手机上一样收不到调用 ${id} 的结果`);
  }

  return { take, call, onEvent: client.onEvent };
}
