import { expose } from './expose';

const global = globalThis as any;

/**
 * Calls by navigation, which a client takes from any of it (reference §1.2, the last of the behaviours): links, window.open
 * and, where the engine tells of them (Chromium), also location and forms.
 */
export function watchNavigation(take: (url: unknown) => boolean): void {
  if (typeof HTMLAnchorElement === 'undefined') return;
  const { open, navigation } = global;
  expose('open', function (this: unknown, url?: unknown) {
    return take(String(url)) ? null : open.apply(this, arguments);
  });
  if (navigation) {
    navigation.addEventListener('navigate', (event: any) => {
      if (event.cancelable && take(event.destination.url)) event.preventDefault();
    });
  }
  addEventListener('click', (event) => {
    const [target] = event.composedPath() as Element[];
    const link = target.closest && target.closest('a[href],area[href]');
    if (link && !event.defaultPrevented && take(link.getAttribute('href'))) event.preventDefault();
  });
}
