// What a test does with the page: finding elements and waiting for them. The rules are those of the Chromium driver.
import { disabled } from './forms.js';
import { kinds } from './events.js';

const { MouseEvent, PointerEvent, InputEvent } = kinds;
// How often is looked, in ms of the page's time: ever more seldom, for a change of the document is looked at at once.
const [soonest, latest] = [20, 200];

export function actions(document, MutationObserver) {
  const find = (selector) => {
    try {
      return document.querySelector(selector);
    } catch (_) {
      throw new SyntaxError('不是有效的 CSS 选择器: ' + selector);
    }
  };
  const { setTimeout, clearTimeout } = globalThis;
  const waiting = new Map(); // id → ends it

  /** Looks until there is something: at once, after each change of the document, and every now and then. */
  const until = (id, look) =>
    new Promise((resolve, reject) => {
      let timer, looking, changed;
      let pause = soonest;
      const observer = new MutationObserver(() => again());
      const end = () => {
        waiting.delete(id);
        clearTimeout(timer);
        observer.disconnect();
      };
      const again = async () => {
        changed = true;
        if (looking) return;
        looking = true;
        clearTimeout(timer);
        try {
          while (changed && waiting.has(id)) {
            changed = false;
            const found = await look();
            if (found) return end(), resolve(found);
          }
        } catch (error) {
          return end(), reject(error);
        } finally {
          looking = false;
        }
        if (waiting.has(id)) timer = setTimeout(again, pause);
        pause = Math.min(pause * 1.5, latest);
      };
      waiting.set(id, end);
      observer.observe(document, { childList: true, subtree: true, attributes: true });
      void again();
    });

  const hidden = (element) => {
    for (let e = element; e && e.nodeType === 1; e = e.parentNode) {
      if (e.hasAttribute('hidden') || (e.hasAttribute('style') && /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)/i.test(e.getAttribute('style')))) return true;
    }
    return false;
  };
  const unseen = ['script', 'style', 'template', 'noscript', 'head', 'title', 'option', 'textarea'];
  const blocks = 'address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul'.split(' ');
  const [KEPT, LINE] = ['\u0001', '\u0002']; // space and line end of a <pre>
  /** The text that would be seen, about as innerText has it. */
  const shown = (element) => {
    let text = '';
    const walk = (node, pre) => {
      if (node.nodeType === 3) text += pre ? node.data.replace(/ /g, KEPT).replace(/\n/g, LINE) : node.data.replace(/\s+/g, ' ');
      if (node.nodeType !== 1 || unseen.includes(node.localName) || hidden(node)) return;
      const tag = node.localName;
      const block = blocks.includes(tag);
      if (tag === 'br') text += '\n';
      if (block) text += '\n';
      for (let child = node.firstChild; child; child = child.nextSibling) walk(child, pre || tag === 'pre');
      if (block) text += '\n';
      if (tag === 'td' || tag === 'th') text += '\t';
    };
    for (let child = element.firstChild; child; child = child.nextSibling) walk(child, element.localName === 'pre');
    return text.replace(/ *\n */g, '\n').replace(/ {2,}/g, ' ').replace(/\n{2,}/g, '\n').replace(/\u0001/g, ' ').replace(/\u0002/g, '\n').trim();
  };

  return {
    shown,
    stop(id) {
      if (waiting.has(id)) waiting.get(id)();
    },
    async click(id, selector) {
      const element = await until(id, () => {
        const e = find(selector);
        return e && !disabled(e) && !hidden(e) && e;
      });
      const at = { bubbles: true, cancelable: true, composed: true, view: globalThis };
      const fire = (Kind, type, init) => element.dispatchEvent(new Kind(type, { ...at, ...init }));
      const pointer = { pointerId: 1, pointerType: 'mouse', isPrimary: true };
      fire(PointerEvent, 'pointerdown', { ...pointer, buttons: 1 });
      if (fire(MouseEvent, 'mousedown', { buttons: 1, detail: 1 })) {
        const target = element.closest('button, input, select, textarea, a[href], [tabindex], [contenteditable]');
        if (target) target.focus();
        else document.activeElement.blur();
      }
      fire(PointerEvent, 'pointerup', pointer);
      fire(MouseEvent, 'mouseup', { detail: 1 });
      fire(PointerEvent, 'click', { ...pointer, detail: 1 });
      return null;
    },
    async fill(id, selector, value) {
      const element = await until(id, () => {
        const e = find(selector);
        return e && !disabled(e) && !e.readOnly && !hidden(e) && e;
      });
      const tag = element.localName;
      const set = (text) => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value').set.call(element, text);
      if (tag === 'select') {
        const wanted = Array.from(element.options).find((o) => o.value === value || o.label === value);
        if (!wanted) throw new Error(`${selector} 没有选项 ${JSON.stringify(value)}, 可选: ${Array.from(element.options, (o) => o.label).join('、')}`);
        set(wanted.value);
      } else if (tag === 'textarea' || (tag === 'input' && !['checkbox', 'radio', 'file', 'button', 'submit', 'reset', 'image'].includes(element.type))) {
        element.focus();
        set(value);
      } else if (element.isContentEditable) {
        element.focus();
        element.textContent = value;
      } else {
        throw new Error(`${selector} 是 <${tag}${element.type ? ' type=' + element.type : ''}>, 不能用 page.fill 填写`);
      }
      element.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertText', data: value }));
      element.dispatchEvent(new Event('change', { bubbles: true }));
      return null;
    },
    async text(id, selector) {
      const element = await until(id, () => find(selector));
      return 'value' in element && element.localName !== 'button' && element.localName !== 'li' ? element.value : shown(element);
    },
    async waitFor(id, look) {
      await until(id, typeof look === 'string' ? () => find(look) : look);
      return null;
    },
    async call(id, name, params, told) {
      const callbacks = {};
      for (const kind of told ? ['success', 'complete'] : []) {
        callbacks[kind] = (result) => NATIVE.told(id, kind, JSON.stringify(result === undefined ? null : result));
      }
      const plain = params && typeof params === 'object' && !Array.isArray(params);
      const result = await qing.call(name, plain || told ? { ...(plain ? params : {}), ...callbacks } : params);
      return result === undefined ? null : result;
    },
  };
}
