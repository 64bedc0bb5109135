import type { Profile } from './config';

/** On the simulator's body while its device lies on its side. */
export const LANDSCAPE = 'landscape';

/**
 * Has the page in the simulator see the turns of its device, as a phone's web view does: `screen.orientation`, `orientation`,
 * and `orientationchange` when the new size is there. The sizes, `resize` and media queries are the engine's. Android turns
 * `screen`'s width and height too.
 */
export function followDevice({ client, screen }: Profile): void {
  const shell = window.parent.document.body.classList;
  const turned = () => shell.contains(LANDSCAPE);
  const define = (target: object, getters: Record<string, () => unknown>) => {
    for (const name of Object.keys(getters)) {
      Object.defineProperty(target, name, { get: getters[name], configurable: true, enumerable: true });
    }
  };
  const angle = () => (turned() ? 90 : 0);
  define(window, { orientation: angle });
  if (typeof ScreenOrientation !== 'undefined') {
    define(ScreenOrientation.prototype, { angle, type: () => (turned() ? 'landscape-primary' : 'portrait-primary') });
  }
  if (client === 'android') {
    const width = () => (turned() ? screen.height : screen.width);
    const height = () => (turned() ? screen.width : screen.height);
    define(Screen.prototype, { width, height, availWidth: width, availHeight: height });
  }
  // Desktop engines have no such handler; pages look for it to tell which event there will be.
  const own = !('onorientationchange' in window);
  const global = window as any;
  if (own) global.onorientationchange = null;
  let was = turned();
  addEventListener('resize', () => {
    if (was === turned()) return;
    was = !was;
    const event = new Event('orientationchange');
    window.dispatchEvent(event);
    if (own && typeof global.onorientationchange === 'function') global.onorientationchange(event);
    if (typeof ScreenOrientation !== 'undefined') window.screen.orientation.dispatchEvent(new Event('change'));
  });
}
