/** Addresses of the vendor's server that the host answers itself; runtime/gateway/gateway.go has the same prefixes. */
const SERVER = /^\s*(?:https?:)?\/\/(?:www\.)?yunzhijia\.com(?::\d+)?(\/(?:gateway|api\/roomBook\/third|roombook\/api\/third|openfile\/download\/media)\/[^]*)$/i;

/**
 * Leads the page's calls of the vendor's server APIs to the host: same path, own origin, where neither CORS nor the real
 * team is in the way. All other addresses are left alone. Does nothing where there is no fetch (headless).
 */
export function leadServerCalls(): void {
  const plainFetch = globalThis.fetch;
  if (typeof plainFetch !== 'function') return;
  globalThis.fetch = function (this: unknown, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const isRequest = typeof Request === 'function' && input instanceof Request;
    const address = own(isRequest ? (input as Request).url : input);
    if (address === undefined) return plainFetch.call(this as typeof globalThis, input, init);
    if (!isRequest) return plainFetch.call(this as typeof globalThis, address, init);
    return copy(new Request(input as Request, init), address).then((request) => plainFetch(request));
  };
  if (typeof XMLHttpRequest === 'undefined') return;
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]) {
    const address = own(url);
    return open.apply(this, [method, address === undefined ? url : address, ...rest] as unknown as Parameters<typeof open>);
  } as typeof open;
}

/** The host's own address of a server call; undefined for every other address. */
function own(address: unknown): string | undefined {
  const match = SERVER.exec(String(address));
  return match ? location.origin + match[1] : undefined;
}

/** The same request to another address. Its body is read first: browsers send no streams over HTTP/1.1. */
async function copy(request: Request, address: string): Promise<Request> {
  const { method, headers, credentials, cache, redirect, integrity, keepalive, signal } = request;
  const body = method === 'GET' || method === 'HEAD' ? undefined : await request.arrayBuffer();
  return new Request(address, { method, headers, body, credentials, cache, redirect, integrity, keepalive, signal });
}
