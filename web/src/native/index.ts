// The client's end of the bridge: what a page library of any generation finds (reference §1.1, §1.5).
import type { Client } from '../client';
import type { Config, Profile } from '../config';
import type { Bridge } from '../library';
import { defineCloudHub } from './cloudhub';
import { defineDesktop } from './desktop';
import { watchFrames } from './frame';
import { createNative } from './native';
import { watchNavigation } from './navigation';
import { isCall } from './parse';
import { urlChannels } from './url';

/** Opens the channels that the played client has; `ours` is the page library of ours, if the page has it. */
export function openChannels(client: Client, config: Config, ours?: Bridge): void {
  const { profile, apis } = config;
  const native = createNative(client, config, ours);
  openURLs(profile, native.take);
  if (profile.channels.indexOf('CloudHubJSBridge') >= 0) defineCloudHub(native, profile);
  if (profile.channels.indexOf('_CloudHubJSBridge') >= 0) defineDesktop(native, apis);
}

/**
 * Opens those channels in a frame below that take a URL: the client takes a call from any frame, and answers to the outermost.
 * There the frame's parent hands it on.
 */
export function reachThrough(profile: Profile): void {
  openURLs(profile, (url) => {
    if (typeof url !== 'string' || !isCall(url)) return false;
    try {
      parent.document.createElement('iframe').src = url;
    } catch (_) {
      console.warn('[qinghost] 其他来源的页面里的 frame 无法调用:', url.slice(0, 200));
    }
    return true;
  });
}

function openURLs(profile: Profile, take: (url: unknown) => boolean): void {
  watchFrames(take);
  watchNavigation(take);
  for (const channel of profile.channels) {
    const open = urlChannels.get(channel);
    if (open) open(take);
  }
}
