import type { Profile } from '../config';
import { createEvents } from '../events';
import { expose } from './expose';
import type { Native } from './native';

/**
 * The object that the client defines for qing.js up to 0.0.8 and cloudhub.js (reference §1.1, W8; §1.5). Later libraries put
 * one of their own in its place: events go to the one that is there.
 */
export function defineCloudHub(native: Native, profile: Profile): void {
  const global = globalThis as any;
  const events = createEvents();
  const bridge = {
    isReady: true,
    invoke(method: unknown, params?: unknown, callback?: unknown): void {
      native.call(String(method), params, (result) => {
        if (typeof callback === 'function') callback(profile.delivery === 'string' ? JSON.stringify(result) : result);
      });
    },
    on: events.on,
    trigger: events.emit,
  };
  expose('CloudHubJSBridge', bridge);
  native.onEvent((name, data) => {
    const now = global.CloudHubJSBridge;
    if (now && typeof now.trigger === 'function') now.trigger(name, data);
  });
  // A library that looked for the object too early waits to be told of it (reference §1.2); one that comes after the load finds it.
  let told = false;
  const tell = () => {
    if (told || typeof global.__onJSBridgeReady !== 'function') return;
    told = true;
    global.__onJSBridgeReady(bridge);
  };
  document.addEventListener('DOMContentLoaded', tell);
  addEventListener('load', tell);
}
