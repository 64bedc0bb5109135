import type { View, ViewHost } from '../../host';

/** rotateUI: the simulator turns its device. Elsewhere the window is turned if the browser lets it: one that script opened. */
export function orientation(host: ViewHost): View {
  return {
    update({ orientation }: { orientation: string }) {
      if (host.place === 'frame') return window.parent.postMessage({ qinghost: 'orientation', orientation }, location.origin);
      if ((orientation === 'landscape') !== innerWidth > innerHeight) resizeTo(outerHeight, outerWidth);
    },
  };
}
