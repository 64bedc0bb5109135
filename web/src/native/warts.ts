import type { Profile } from '../config';

type Params = { needResult?: unknown } | null | undefined;

/** Whether the client handles the code itself and only says that it did (reference §2, scanQRCode). */
const handledByClient = (params: Params) => Number((params && params.needResult) || 0) === 0;

/** Methods of the iOS client whose answer goes to the callback of the most recent call, whichever that was (reference §1.2). */
const LATEST = new Map<string, (params: Params) => boolean>([
  ['selectPerson', () => true],
  ['selectPersons', () => true],
  ['getCurrentPosition', () => true],
  ['scanQRCode', handledByClient],
]);

/** Others of it that take their time, and keep one callback a method: that of the most recent call of the same one. */
const BY_METHOD = /^(selectPic|fetchAvatar|getLocation|scanQRCode|rotateUI|playVoice)$/;

/**
 * Keeps callbacks as the client does: returns a function that is told of each call with its callback, and returns where the
 * answer goes when it comes. With the cloudhub calls, whose names have a dot, it has nothing to do.
 */
export function createCallbacks<C>(profile: Profile): (method: string, params: unknown, own: C) => () => C {
  let latest: C;
  const ofMethod = new Map<string, C>();
  return (method, params, own) => {
    if (profile.client !== 'ios' || method.indexOf('.') >= 0) return () => own;
    latest = own;
    const stolen = LATEST.get(method);
    if (stolen && stolen(params as Params)) return () => latest;
    if (!BY_METHOD.test(method)) return () => own;
    ofMethod.set(method, own);
    return () => ofMethod.get(method)!;
  };
}

/** Says what became of an answer that went elsewhere. */
export function wentElsewhere(method: string, to: string): string {
  const whose = method === to ? `后一次 ${to}` : `最近一次调用 ${to}`;
  return `${method} 的结果交给了${whose} 的回调, 与 iOS 客户端一样: 等到结果之前, 不要再调用${method === to ? '它' : '其他 JS-API'}`;
}
