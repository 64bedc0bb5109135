// What the Chromium driver calls in a page: finding elements and waiting for them, and qing.call with its callbacks told.
(() => {
  if (window !== window.top) return;
  const tell = window.__qinghost_test;
  delete window.__qinghost_test;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const find = (selector) => {
    try {
      return document.querySelector(selector);
    } catch (_) {
      throw new SyntaxError('不是有效的 CSS 选择器: ' + selector);
    }
  };

  /** Waits, frame by frame, until the function returns something. */
  const until = async (look) => {
    for (;;) {
      const found = await look();
      if (found) return found;
      await frame();
    }
  };

  const place = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return width && height ? [left + width / 2, top + height / 2] : undefined;
  };

  const test = {
    /** Resolves when the document has loaded and the bridge, if it is injected, is there. */
    async ready() {
      if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve));
      return null;
    },

    /** The middle of an element that is visible, enabled, stands still for a frame, and is not covered. */
    async clickable(selector) {
      return until(async () => {
        const element = find(selector);
        if (!element || element.disabled) return;
        element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
        const before = place(element);
        await frame();
        const at = element.isConnected && place(element);
        if (!before || !at || before[0] !== at[0] || before[1] !== at[1]) return;
        const hit = document.elementFromPoint(at[0], at[1]);
        return hit && (element.contains(hit) || hit.contains(element) || (hit.closest('label') || {}).control === element) && at;
      });
    },

    /** Readies a field for text, true, or gives it its value at once, false. */
    async fill(selector, value) {
      const element = await until(() => {
        const e = find(selector);
        return e && !e.disabled && !e.readOnly && e;
      });
      const tag = element.localName;
      if (tag === 'select') {
        const wanted = Array.from(element.options).find((o) => o.value === value || o.label === value);
        if (!wanted) throw new Error(`${selector} 没有选项 ${JSON.stringify(value)}, 可选: ${Array.from(element.options, (o) => o.label).join('、')}`);
        element.value = wanted.value;
      } else if (tag === 'input' && ['color', 'date', 'time', 'datetime-local', 'month', 'week', 'range'].includes(element.type)) {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(element, value);
        if (element.value !== value) throw new Error(`${selector} (type=${element.type}) 不接受 ${JSON.stringify(value)}`);
      } else if (tag === 'textarea' || (tag === 'input' && !['checkbox', 'radio', 'file', 'button', 'submit', 'reset'].includes(element.type))) {
        element.focus();
        element.select();
        if (value) return true;
        document.execCommand('delete');
        test.changed();
        return false;
      } else if (element.isContentEditable) {
        element.focus();
        getSelection().selectAllChildren(element);
        return true;
      } else {
        throw new Error(`${selector} 是 <${tag}${element.type ? ' type=' + element.type : ''}>, 不能用 page.fill 填写`);
      }
      for (const type of ['input', 'change']) element.dispatchEvent(new Event(type, { bubbles: true }));
      return false;
    },

    /** Leaves the field that has its new text, which is when browsers tell of a change. */
    changed() {
      document.activeElement.blur();
      return null;
    },

    async text(selector) {
      const element = await until(() => find(selector));
      return 'value' in element && element.localName !== 'button' && element.localName !== 'li' ? element.value : element.innerText.trim();
    },

    finder: (selector) => () => find(selector),

    async waitFor(look) {
      await until(look);
      return null;
    },

    /** qing.call; every callback is told under the call's id. */
    async call(id, name, params, told) {
      if (typeof qing === 'undefined') throw new Error('页面里没有 qing: 桥没有注入, 页面是不是 HTML?');
      const callbacks = {};
      for (const kind of told ? ['success', 'complete'] : []) {
        callbacks[kind] = (result) => tell(JSON.stringify({ ID: id, Kind: kind, Result: result === undefined ? null : result }));
      }
      const plain = params && typeof params === 'object' && !Array.isArray(params);
      const result = await qing.call(name, plain || told ? { ...(plain ? params : {}), ...callbacks } : params);
      return result === undefined ? null : result;
    },
  };
  Object.defineProperty(window, Symbol.for('qinghost.test'), { value: test });
})();
