import type { View } from '../../host';

/** Opens an address beside the page (openInBrowser): the browser is this one. */
export function newTab(): View {
  return {
    update({ url }: { url: string }) {
      window.open(url, '_blank', 'noopener');
    },
  };
}
