import type { View } from '../../host';

/** hideKeyboard: whatever the page's reader is writing in loses the focus. */
export function keyboard(): View {
  return {
    update() {
      let active = document.activeElement;
      while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement;
      if (active && active !== document.body) (active as HTMLElement).blur();
    },
  };
}
