// What a page gets in place of the vendor's library where it brings its own, and has no copy at hand: ours, over the client's
// channels.
import type { Client, Reply } from './client';
import type { Config, Profile } from './config';
import { createLibrary, type Bridge } from './library';

declare const QINGHOST_CONFIG: Config;

const global = globalThis as any;

if (!global.qing) {
  const bridge: { made?: Bridge } = {};
  bridge.made = createLibrary(QINGHOST_CONFIG, overChannels(QINGHOST_CONFIG.profile, (id, data) => bridge.made!.handleMessageFromXT(id, data)));
}

/** The client as a page library reaches it; `answered` gets what it answers to CloudHubJSBridge. */
function overChannels(profile: Profile, answered: (id: unknown, data: unknown) => void): Client {
  const post = transport(profile);
  const desktop = global._CloudHubJSBridge;
  let id = 1; // the vendor's are 3, 5, 7 …
  return {
    request(method: string, params: unknown, reply: Reply): number {
      id += 2;
      if (desktop) desktop.emit(method, { ...(params as object), success: (result: unknown) => reply.result(result, true) });
      else post(`xuntong:${method}:${id}:${encodeURIComponent(JSON.stringify(params))}`);
      return id;
    },
    onEvent(trigger): void {
      if (desktop) desktop.trigger = trigger;
      if (!global.CloudHubJSBridge) return;
      Object.defineProperty(global, 'CloudHubJSBridge', {
        value: { ...global.CloudHubJSBridge, callback: answered, trigger },
        configurable: true,
      });
    },
  };
}

/** The best of the ways in which a call goes out as a URL. */
function transport(profile: Profile): (url: string) => void {
  const handlers = (global.webkit && global.webkit.messageHandlers) || {};
  if (global.AndroidInterface) return (url) => global.AndroidInterface.call(url);
  if (handlers.wkbridge2) return (url) => handlers.wkbridge2.postMessage({ url });
  if (global.kdUIWebViewBridge) return (url) => global.kdUIWebViewBridge(url);
  if (profile.channels.indexOf('prompt') >= 0) return (url) => void global.prompt(url);
  return (url) => {
    const frame = document.createElement('iframe');
    frame.style.display = 'none';
    frame.src = url;
    document.documentElement.appendChild(frame);
    frame.remove();
  };
}
