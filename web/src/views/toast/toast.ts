import type { View } from '../../host';
import { el } from '../dom';
import { icon } from '../icons';
import { floating, Rank, style, type Layer } from '../layer';
import css from './toast.css';

interface Params {
  type: 'success' | 'error' | 'warning' | 'info' | '';
  message: string;
  position?: 'top' | 'center' | 'bottom' | '';
}

const SIGNS: Record<string, string> = { success: 'check', error: 'cross', warning: 'bang', info: 'about' };

/** A passing message (showToast). Never answers; the host puts it away. Takes neither focus nor clicks. */
export function toast(): View {
  const stacks = new Map<string, { element: HTMLElement; layer: Layer }>();
  return {
    open({ type, message, position: wanted }: Params, _done, closed) {
      if (closed.aborted) return;
      style(css);
      const position = wanted === 'top' || wanted === 'bottom' ? wanted : 'center';
      let stack = stacks.get(position);
      if (!stack) {
        const element = el('div', { class: `toasts ${position}` });
        stack = { element, layer: floating(element, Rank.toast) };
        stacks.set(position, stack);
      }
      const { element, layer } = stack;
      const sign = SIGNS[type];
      const text = el('span', {});
      const item = el('div', { class: `toast ${sign ? type : 'plain'}`, role: 'status' }, sign && icon(sign), text);
      element.append(item);
      layer.show();
      // A live region that stands already is the one that gets read.
      text.textContent = message;
      closed.addEventListener('abort', () => {
        item.remove();
        if (!element.firstChild) layer.hide();
      });
    },
  };
}
