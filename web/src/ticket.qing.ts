import { getTicket } from './ticket';

const data = { appId: '500000001', timeStamp: '1522729800', nonceStr: '随机', signature: 'abc' };
const plain = globalThis.fetch;
let answer: unknown; // of the app's server
let asked: { url: string; init: RequestInit }[];
const auth = fn();

beforeEach(() => {
  asked = [];
  answer = { success: true, data };
  auth.mockReset().mockResolvedValue({ success: 'true', data: { ticket: 'T1' } });
  globalThis.fetch = ((url: string, init: RequestInit) => {
    asked.push({ url, init });
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ json: () => Promise.resolve(answer) });
  }) as unknown as typeof fetch;
});
afterEach(() => {
  globalThis.fetch = plain;
});

test('the server signs the address without its fragment, the client gives the ticket', async () => {
  location.hash = '#片段';
  const calls: unknown[] = [];
  const params = {
    signUrl: '/sign',
    success: (got: unknown) => calls.push(['success', got]),
    complete: (got: unknown) => calls.push(['complete', got]),
    error: (got: unknown) => calls.push(['error', got]),
  };
  expect(await getTicket(auth, params)).toBe('T1');
  expect(asked[0].url).toBe('/sign?url=' + encodeURIComponent(location.href.split('#')[0]));
  expect(asked[0].init).toMatchObject({ method: 'POST', credentials: 'include' });
  expect(auth).toHaveBeenCalledWith('runtime.auth', data);
  expect(calls).toEqual([['success', 'T1'], ['complete', 'T1']]);
});

test('an address with a query keeps it', async () => {
  await getTicket(auth, { signUrl: '/sign?app=1' });
  expect(asked[0].url).toMatch(/^\/sign\?app=1&url=http/);
});

test('signFormat makes of any answer what is needed', async () => {
  answer = { code: 200, result: data };
  const signFormat = (given: any) => ({ success: given.code === 200, data: given.result });
  expect(await getTicket(auth, { signUrl: '/sign', signFormat })).toBe('T1');
});

describe('failures go to error and complete, and the promise resolves', () => {
  test.each([
    ['no signUrl', { signUrl: undefined }, undefined, '鉴权失败：缺少参数 signUrl'],
    ['no network', {}, new TypeError('网络不通'), '鉴权失败（无法获取签名信息）'],
    ['the server refuses', {}, { success: false }, '鉴权失败（无法获取签名信息）'],
    ['the server says nothing', {}, null, '鉴权失败（无法获取签名信息）'],
    ['something is missing', {}, { success: true, data: { ...data, nonceStr: '' } }, '鉴权失败：缺少 nonceStr'],
    ['signFormat throws', { signFormat: () => { throw new Error('坏'); } }, undefined, '鉴权失败（无法获取签名信息）'],
  ])('%s', async (_title, params, serverSays, message) => {
    if (serverSays !== undefined) answer = serverSays;
    const [success, error, complete] = [fn(), fn(), fn()];
    const failure = { success: 'false', error: message, errorCode: '1', data: {} };
    expect(await getTicket(auth, { signUrl: '/sign', success, error, complete, ...params })).toEqual(failure);
    expect(success).not.toHaveBeenCalled();
    expect(error).toHaveBeenCalledWith(failure);
    expect(complete).toHaveBeenCalledWith(failure);
  });

  test('the client refuses', async () => {
    auth.mockResolvedValue({ success: false, error: '签名不对', data: {} }); // android: a boolean
    expect(await getTicket(auth, { signUrl: '/sign' })).toMatchObject({ error: '鉴权失败' });
  });
});

test('what the ticket comes as does not matter: text or boolean', async () => {
  auth.mockResolvedValue({ success: true, data: { ticket: 'T2' } });
  expect(await getTicket(auth, { signUrl: '/sign' })).toBe('T2');
});
