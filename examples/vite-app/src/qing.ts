// 官方 qing.js 的类型和 Promise 写法, 只包括这里用到的部分. 完整的类型可用 `qinghost types` 生成.

/** 客户端给的原样: iOS 的 success 是文本, Android 的是布尔值. */
interface RawResult {
  success?: boolean | string;
  error?: string;
  errorCode?: string | number;
  data?: unknown;
}

/** 一次调用的结果; 失败也是结果. */
export interface Result<Data> {
  ok: boolean;
  /** 用户自己取消的, 不算错误. */
  cancelled: boolean;
  error: string;
  code: string;
  /** 失败时是空的. */
  data: Partial<Data>;
  raw: unknown;
}

/** 用到的 JS-API: 参数和结果里的 data. */
interface Apis {
  getPersonInfo: { params: object; data: { name: string; openId: string } };
  createVoiceMeeting: { params: { groupId?: string }; data: object };
  createLive: { params: { groupId?: string }; data: object };
}

/** 调用后从不回调的 JS-API. */
interface SilentApis {
  setWebViewTitle: { title: string };
  closeWebView: object;
}

/** 回调会来很多次的 JS-API: 参数, 和每次的 data. */
interface RepeatingApis {
  createPop: {
    params: { popTitle: string; popTitleCallBackId: string; items: { text: string; callBackId: string }[] };
    data: { callBackId: string };
  };
}

interface Qing {
  call(name: string, params: object): unknown;
  ready(callback: () => void): void;
}

declare global {
  interface Window {
    qing?: Qing;
  }
}

/** 等到可以调用为止; 不在云之家里时为 false. 官方的库在普通浏览器里也会加载, 只是永远不 ready. */
export function ready(patience = 3000): Promise<boolean> {
  const { qing } = window;
  if (!qing) return Promise.resolve(false);
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), patience);
    qing.ready(() => resolve(true));
  });
}

/** 调用 JS-API. 手机客户端不调用 error, 失败也进入 success, 所以 Promise 总是兑现; 客户端不回答时则一直等待. */
export function call<Name extends keyof Apis>(name: Name, params: Apis[Name]['params'] = {}): Promise<Result<Apis[Name]['data']>> {
  return new Promise((resolve) => {
    window.qing!.call(name, { ...params, success: (raw: unknown) => resolve(read(raw)) });
  });
}

/** 调用没有回调的 JS-API. */
export function tell<Name extends keyof SilentApis>(name: Name, params: SilentApis[Name]): void {
  window.qing?.call(name, params);
}

/** 调用回调会来很多次的 JS-API: 每一次都进入 each. */
export function listen<Name extends keyof RepeatingApis>(
  name: Name,
  params: RepeatingApis[Name]['params'],
  each: (result: Result<RepeatingApis[Name]['data']>) => void,
): void {
  window.qing?.call(name, { ...params, success: (raw: unknown) => each(read(raw)) });
}

function read<Data>(raw: unknown): Result<Data> {
  const { success, error, errorCode, data } = (raw && typeof raw === 'object' ? raw : {}) as RawResult;
  const text = String(error ?? '');
  return {
    ok: success === true || success === 'true',
    cancelled: text.includes('取消'),
    error: text,
    code: String(errorCode ?? ''),
    data: (data && typeof data === 'object' ? data : {}) as Partial<Data>,
    raw,
  };
}
