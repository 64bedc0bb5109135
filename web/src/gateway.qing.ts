import { leadServerCalls } from './gateway';

const plain = globalThis.fetch;
let asked: string[];

beforeEach(() => {
  asked = [];
  globalThis.fetch = ((input: RequestInfo) => {
    asked.push(typeof input === 'object' ? input.url : String(input));
    return Promise.resolve({});
  }) as unknown as typeof fetch;
  leadServerCalls();
});
afterEach(() => {
  globalThis.fetch = plain;
});

const path = '/gateway/cloudwork/meeting/create?accessToken=1';

test.each([
  ['https://yunzhijia.com' + path],
  ['https://www.yunzhijia.com:443' + path],
  ['http://YUNZHIJIA.com' + path],
  ['//yunzhijia.com' + path],
])('%s comes to the host', async (address) => {
  await fetch(address);
  await fetch(new URL(address, location.href));
  expect(asked).toEqual([location.origin + path, location.origin + path]);
});

test('the rooms, at both of their paths', async () => {
  await fetch('https://yunzhijia.com/api/roomBook/third/hasNew');
  await fetch('https://yunzhijia.com/roombook/api/third/hasNew');
  expect(asked.map((address) => address.replace(location.origin, ''))).toEqual([
    '/api/roomBook/third/hasNew',
    '/roombook/api/third/hasNew',
  ]);
});

test.each([
  ['https://yunzhijia.com/home'],
  ['https://yunzhijia.com.example.com' + path],
  ['https://example.com/?next=https://yunzhijia.com' + path],
  ['https://openapi.yunzhijia.com' + path],
  [path],
  ['gateway/relative'],
])('%s is left alone', async (address) => {
  await fetch(address);
  expect(asked).toEqual([address]);
});

test('a Request keeps its method, headers and body', async () => {
  let sent!: Request;
  globalThis.fetch = ((request: Request) => {
    sent = request;
    return Promise.resolve({});
  }) as unknown as typeof fetch;
  leadServerCalls();
  const headers = { 'Content-Type': 'application/json' };
  await fetch(new Request('https://yunzhijia.com' + path, { method: 'POST', headers, body: '{"title":"周会"}' }));
  expect([sent.url, sent.method, sent.headers.get('content-type')]).toEqual([location.origin + path, 'POST', 'application/json']);
  expect(await sent.json()).toEqual({ title: '周会' });
});

test('XMLHttpRequest too', () => {
  const open = XMLHttpRequest.prototype.open;
  const opened: unknown[] = [];
  XMLHttpRequest.prototype.open = (...args: unknown[]) => void opened.push(args);
  leadServerCalls();
  new XMLHttpRequest().open('POST', 'https://yunzhijia.com' + path, false);
  new XMLHttpRequest().open('GET', '/own');
  XMLHttpRequest.prototype.open = open;
  expect(opened).toEqual([['POST', location.origin + path, false], ['GET', '/own']]);
});
