import type { View, ViewHost } from '../../host';
import { arrow, el } from '../dom';
import { blocking, focused, style } from '../layer';
import { strings } from '../strings';
import css from './popMenu.css';

/** The menu under the pop button (createPop). Answers `{item: id}`, or `{cancel: true}`. */
export function popMenu(host: ViewHost): View {
  return {
    open({ items }: { items: { id: string; text: string }[] }, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const finish = (answer: unknown): void => {
        layer.remove();
        done(answer);
      };
      const buttons = items.map(({ id, text }) =>
        el('button', { type: 'button', role: 'menuitem', tabindex: -1, onclick: () => finish({ item: id }) }, text),
      );
      const menu = el(
        'div',
        {
          class: 'menu',
          role: 'menu',
          'aria-label': t.menu,
          onkeydown: (event: KeyboardEvent) => {
            if (event.key === 'Tab') finish({ cancel: true });
            else if (!arrow(event, buttons, focused(), 'ArrowUp', 'ArrowDown')) type(event);
          },
        },
        ...buttons,
      );
      // A press outside cancels. The dialog is as large as the window, so outside is the dialog itself.
      const dialog = el(
        'dialog',
        {
          class: host.place === 'frame' ? 'pop' : 'pop below',
          'aria-label': t.menu,
          onclick: (event: MouseEvent) => {
            if (event.target === dialog) finish({ cancel: true });
          },
        },
        menu,
      );
      const layer = blocking(dialog, { escape: () => finish({ cancel: true }), focus: () => buttons[0] || dialog });

      /** A letter goes to the next item that begins with it. */
      function type(event: KeyboardEvent): void {
        if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
        const now = buttons.indexOf(focused() as HTMLButtonElement);
        const next = buttons
          .slice(now + 1)
          .concat(buttons)
          .find((button) => button.textContent!.toLowerCase().startsWith(event.key.toLowerCase()));
        if (next) next.focus();
      }

      closed.addEventListener('abort', () => layer.remove());
      layer.show();
    },
  };
}
