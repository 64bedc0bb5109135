// The functions of the client that take a call as a URL.
import { expose } from './expose';

const global = globalThis as any;

/** Held, because the window's engine lets go of what is added to its own object when nobody holds that. */
const { webkit } = global;

/** What a channel of that name puts in the page. */
export const urlChannels = new Map<string, (take: (url: unknown) => boolean) => void>([
  [
    'prompt',
    (take) => {
      const { prompt } = global;
      expose('prompt', function (this: unknown, text?: unknown) {
        if (take(text)) return '';
        return typeof prompt === 'function' ? prompt.apply(this, arguments) : null;
      });
    },
  ],
  ['AndroidInterface', (take) => expose('AndroidInterface', { call: (url: unknown) => void take(url) })],
  ['kdUIWebViewBridge', (take) => expose('kdUIWebViewBridge', (url: unknown) => void take(url))],
  [
    'wkbridge2',
    (take) => {
      const wkbridge2 = { postMessage: (message: any) => void take(message && message.url) };
      const messageHandlers = { wkbridge2 };
      // In the window there is a webkit already, which cannot be replaced.
      if (webkit) Object.defineProperty(webkit, 'messageHandlers', { value: messageHandlers });
      else expose('webkit', { messageHandlers });
    },
  ],
]);
