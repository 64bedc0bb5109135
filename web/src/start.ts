import { replaceLibrary } from './cdn';
import type { Config } from './config';
import { leadServerCalls } from './gateway';
import type { ViewHost } from './host';
import { reachThrough } from './native';
import { disguise } from './navigator';
import { followDevice } from './orientation';
import { showResources } from './resource';

/** Makes the document the client's; `run` follows in the app's outermost frame, the frames below reach the client through it. */
export function start(config: Config, run: (place: ViewHost['place']) => void): void {
  if (config.origin && location.origin !== config.origin) return;
  disguise(config.profile);
  const place = config.post ? 'window' : placeOf();
  if (!place) return reachThrough(config.profile);
  removeForeignWorkers();
  replaceLibrary('/__qinghost/qing.js');
  leadServerCalls();
  showResources();
  if (place === 'frame') followDevice(config.profile);
  run(place);
}

/** Whether this is the app's outermost frame: the top, or the device frame in the simulator. */
function placeOf(): 'page' | 'frame' | undefined {
  if (typeof window === 'undefined' || !window.top || window.top === window) return 'page';
  try {
    const shell = window.parent;
    if (shell === window.top && shell.location.pathname === '/__qinghost/') return 'frame';
  } catch (_) {
    // Another origin's page shows the app in a frame: not the simulator.
  }
  return undefined;
}

/** A service worker that another project left on this port would answer in the host's stead. */
function removeForeignWorkers(): void {
  if (typeof navigator === 'undefined' || !navigator.serviceWorker) return;
  navigator.serviceWorker.getRegistrations().then(
    (all) => all.forEach((registration) => removeIfForeign(registration)),
    () => undefined, // a document without access to workers has none
  );
}

/** The current app's own worker can be fetched here; another project's cannot. */
function removeIfForeign(registration: ServiceWorkerRegistration): void {
  const worker = registration.active || registration.waiting || registration.installing;
  if (!worker) return;
  fetch(worker.scriptURL, { cache: 'no-store' }).then((answer) => {
    const script = /javascript/.test(answer.headers.get('content-type') || '');
    if (answer.ok && script) return;
    console.warn('[qinghost] 移除了不属于本应用的 Service Worker:', worker.scriptURL);
    void registration.unregister();
  });
}
