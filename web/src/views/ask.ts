import type { ViewHost } from '../host';

/** Tells the host of a press; what it makes of it comes back as an update. */
export function ask(host: ViewHost, method: string, params: unknown): void {
  host.call(method, params).catch((error: unknown) => console.warn(`[qinghost] ${method}:`, error));
}
