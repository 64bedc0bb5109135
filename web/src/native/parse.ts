/** A call as a URL says it. */
export interface URLCall {
  method: string;
  /** Where the answer goes; 0 for nowhere. */
  id: number;
  /** Undefined where the URL has none, or what is no JSON. */
  params: unknown;
  /** Which of the page's objects gets the answer. */
  answers: 'XuntongJSBridge' | 'CloudHubJSBridge';
}

/** The scheme of the cloudhub calls, which a page can replace (reference §1.1, W7). */
function cloudhub(): string {
  const info = (globalThis as any).ClientInfo;
  const own = info && info.v9bridge;
  return typeof own === 'string' && !/^(|https?|data|blob|about|javascript)$/i.test(own) ? own : 'cloudhub';
}

/** Whether a text begins as a call does. */
export function isCall(url: string): boolean {
  return startsWith(url, 'xuntong:') || startsWith(url, cloudhub() + '://');
}

/** Reads a call as iOS does (reference §1.1); undefined for what is not whole. */
export function parse(url: string): URLCall | undefined {
  url = url.trim();
  if (startsWith(url, 'xuntong:')) {
    const [, method, id, params] = url.split(':', 4);
    return params === undefined || !method ? undefined : { method, id: int(id), params: read(params), answers: 'XuntongJSBridge' };
  }
  const match = /^([^:/?]*):([^/?]*)\/([^?]*)(?:\?([^]*))?$/.exec(url.slice(cloudhub().length + 3));
  if (!match || !match[3]) return undefined;
  const [, space, id, name, params = ''] = match;
  return { method: space ? space + '.' + name : name, id: int(id), params: read(params), answers: 'CloudHubJSBridge' };
}

function startsWith(url: string, start: string): boolean {
  return url.trimStart().slice(0, start.length).toLowerCase() === start.toLowerCase();
}

/** As NSString's intValue: the number at the start, 0 where there is none. */
function int(text: string): number {
  const match = /^\s*[+-]?\d+/.exec(text);
  return match ? Math.max(-0x80000000, Math.min(0x7fffffff, Number(match[0]))) : 0;
}

function read(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch (_) {
    return undefined; // a broken % or no JSON: the method is called without parameters
  }
}
