/** Calls the host, as qing.call does. */
type Call = (name: string, params: unknown) => Promise<any>;

/** What the app's server signs (reference §1.6). */
const SIGNED = ['appId', 'timeStamp', 'nonceStr', 'signature'];

/**
 * `qing.call('getTicket', {signUrl, success, error})`, which the vendor's library does in the page (reference §1.6): has the
 * app's server sign the page's address, and asks the client for a ticket with that. `success` gets the ticket itself; it is
 * the only method whose failure goes to `error`. The promise, an extension, resolves with the same.
 */
export async function getTicket(call: Call, params: any): Promise<unknown> {
  const { signUrl, signFormat, success, error, complete } = params || {};
  const tell = (callback: unknown, result: unknown) => {
    // What the page's callbacks throw is the page's error, not ours.
    for (const f of [callback, complete]) if (typeof f === 'function') void Promise.resolve(result).then(f).catch(rethrow);
    return result;
  };
  let ticket: string;
  try {
    ticket = await ask(call, signUrl, signFormat);
  } catch (problem) {
    const failure = { success: 'false', error: (problem as Error).message, errorCode: '1', data: {} };
    return tell(error, failure);
  }
  return tell(success, ticket);
}

/** Shows an exception as the page's own, uncaught. */
function rethrow(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

async function ask(call: Call, signUrl: unknown, signFormat: unknown): Promise<string> {
  if (!signUrl || typeof signUrl !== 'string') throw new Error('鉴权失败：缺少参数 signUrl');
  let signed: any;
  try {
    const page = encodeURIComponent(location.href.split('#')[0]);
    const answer = await fetch(`${signUrl}${signUrl.indexOf('?') < 0 ? '?' : '&'}url=${page}`, { method: 'POST', credentials: 'include' });
    const said = await answer.json();
    signed = typeof signFormat === 'function' ? signFormat(said) : said;
  } catch (problem) {
    console.error('[qinghost] getTicket:', signUrl, problem);
  }
  if (!signed || !signed.success || !signed.data) throw new Error('鉴权失败（无法获取签名信息）');
  const params: any = {};
  for (const name of SIGNED) {
    if (!signed.data[name]) throw new Error('鉴权失败：缺少 ' + name);
    params[name] = signed.data[name];
  }
  const result = await call('runtime.auth', params);
  if (!result || String(result.success) !== 'true') {
    console.error('[qinghost] runtime.auth:', result && result.error);
    throw new Error('鉴权失败');
  }
  return result.data.ticket;
}
