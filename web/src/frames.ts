/**
 * Answers the calls of child frames, as the vendor's library does (reference §1.1, W12): a message `{call, params, callbackId}`
 * of the page's own origin, or of one that it trusts, is answered with `{callbackId, result}`.
 */
export function answerFrames(trusted: string[], call: (name: unknown, params: unknown) => unknown): void {
  addEventListener('message', ({ data, origin, source }: MessageEvent) => {
    if (!source || source === window || (origin !== location.origin && trusted.indexOf(origin) < 0)) return;
    if (!data || typeof data.call !== 'string') return;
    const { callbackId, params } = data;
    const complete = (result: unknown) => (source as Window).postMessage({ callbackId, result }, origin);
    call(data.call, { ...(params && typeof params === 'object' ? params : {}), complete });
  });
}
