// What linkedom leaves out of forms: values apart from attributes, checked, labels, and what a click does.
import { behaviour, define, kinds } from './events.js';

const kept = new WeakMap(); // control → {value, checked}
const own = (element) => kept.get(element) || (kept.set(element, {}), kept.get(element));
const { MouseEvent, FocusEvent, SubmitEvent } = kinds;
const attribute = (name, otherwise = '') => ({
  get() { const value = this.getAttribute(name); return value === null ? otherwise : value; },
  set(value) { this.setAttribute(name, value); },
});
const flag = (name) => ({
  get() { return this.hasAttribute(name); },
  set(on) { this.toggleAttribute(name, !!on); },
});
const properties = (target, all) => {
  for (const name of Object.keys(all)) Object.defineProperty(target, name, { configurable: true, ...all[name] });
};
const form = {
  get() {
    const id = this.getAttribute('form');
    return id === null ? this.closest('form') : this.ownerDocument.getElementById(id);
  },
};
const common = { name: attribute('name'), form, required: flag('required'), readOnly: flag('readonly'), disabled: flag('disabled') };
const validity = { checkValidity: () => true, reportValidity: () => true, setCustomValidity() {} };
const checkable = (e) => e.localName === 'input' && (e.type === 'checkbox' || e.type === 'radio');
export const disabled = (e) =>
  ['button', 'input', 'select', 'textarea', 'option', 'fieldset'].includes(e.localName) &&
  (e.hasAttribute('disabled') || !!(e.parentNode && e.closest('fieldset[disabled]')));

export function installForms(dom, document) {
  const { HTMLElement, HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement, HTMLOptionElement, HTMLButtonElement } = dom;
  const { HTMLFormElement, HTMLLabelElement, HTMLAnchorElement } = dom;
  const group = (radio) =>
    Array.from((radio.form || radio.getRootNode()).querySelectorAll('input')).filter(
      (e) => e !== radio && e.type === 'radio' && radio.name && e.name === radio.name && e.form === radio.form,
    );
  const fire = (element, type, Kind = Event, init) => element.dispatchEvent(new Kind(type, { bubbles: true, ...init }));

  properties(HTMLInputElement.prototype, {
    ...common,
    type: {
      get() { return (this.getAttribute('type') || 'text').toLowerCase(); },
      set(value) { this.setAttribute('type', value); },
    },
    defaultValue: attribute('value'),
    value: {
      get() {
        const { value } = own(this);
        if (value !== undefined) return value;
        return checkable(this) ? this.hasAttribute('value') ? this.getAttribute('value') : 'on' : this.getAttribute('value') || '';
      },
      set(value) {
        value = value === null ? '' : String(value);
        if (checkable(this)) this.setAttribute('value', value);
        else own(this).value = value;
      },
    },
    valueAsNumber: { get() { return this.value === '' ? NaN : Number(this.value); }, set(n) { this.value = n; } },
    defaultChecked: flag('checked'),
    checked: {
      get() { const { checked } = own(this); return checked === undefined ? this.hasAttribute('checked') : checked; },
      set(on) {
        own(this).checked = !!on;
        if (on && this.type === 'radio') for (const other of group(this)) own(other).checked = false;
      },
    },
    multiple: flag('multiple'), min: attribute('min'), max: attribute('max'), step: attribute('step'),
  });
  properties(HTMLTextAreaElement.prototype, {
    ...common,
    type: { get: () => 'textarea' },
    defaultValue: { get() { return this.textContent; }, set(text) { this.textContent = text; } },
    value: {
      get() { const { value } = own(this); return value === undefined ? this.textContent : value; },
      set(value) { own(this).value = value === null ? '' : String(value); },
    },
  });
  properties(HTMLOptionElement.prototype, {
    text: { get() { return this.textContent.replace(/\s+/g, ' ').trim(); }, set(text) { this.textContent = text; } },
    label: { get() { return this.getAttribute('label') || this.text; } },
    value: { get() { return this.hasAttribute('value') ? this.getAttribute('value') : this.text; }, set(value) { this.setAttribute('value', value); } },
    index: { get() { const select = this.closest('select'); return select ? select.options.indexOf(this) : 0; } },
    defaultSelected: flag('selected'), disabled: flag('disabled'),
    selected: {
      get() { const select = this.closest('select'); return select ? chosen(select).includes(this) : own(this).selected || this.hasAttribute('selected'); },
      set(on) {
        const select = this.closest('select');
        if (select && on && !select.multiple) for (const o of select.options) own(o).selected = false;
        own(this).selected = !!on;
      },
    },
  });
  /** The options that are chosen: of a list that shows one the first that may be, when none is. */
  const chosen = (select) => {
    const all = Array.from(select.options);
    const on = all.filter((o) => (own(o).selected === undefined ? o.hasAttribute('selected') : own(o).selected));
    if (select.multiple) return on;
    const one = on[on.length - 1] || (own(select).none ? undefined : all.find((o) => !o.disabled));
    return one ? [one] : [];
  };
  properties(HTMLSelectElement.prototype, {
    ...common,
    multiple: flag('multiple'),
    type: { get() { return this.multiple ? 'select-multiple' : 'select-one'; } },
    length: { get() { return this.options.length; } },
    selectedOptions: { get() { return chosen(this); } },
    selectedIndex: {
      get() { const [one] = chosen(this); return one ? this.options.indexOf(one) : -1; },
      set(index) { pick(this, (o, i) => i === Number(index)); },
    },
    value: {
      get() { const [one] = chosen(this); return one ? one.value : ''; },
      set(value) { let found = false; pick(this, (o) => !found && o.value === String(value) && (found = true)); },
    },
  });
  const pick = (select, wanted) => {
    Array.from(select.options).forEach((o, i) => (own(o).selected = wanted(o, i)));
    own(select).none = !Array.from(select.options).some((o) => own(o).selected);
  };
  properties(HTMLButtonElement.prototype, {
    ...common,
    value: attribute('value'),
    type: {
      get() { const type = (this.getAttribute('type') || '').toLowerCase(); return ['button', 'reset'].includes(type) ? type : 'submit'; },
      set(value) { this.setAttribute('type', value); },
    },
  });
  const controls = 'button, fieldset, input, object, output, select, textarea';
  properties(HTMLLabelElement.prototype, {
    htmlFor: attribute('for'), form,
    control: {
      get() {
        const id = this.getAttribute('for');
        return id === null ? this.querySelector('button, input, output, select, textarea') : this.ownerDocument.getElementById(id);
      },
    },
  });
  for (const Control of [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement, HTMLButtonElement]) {
    define(Control.prototype, {
      ...validity,
      select() {},
      setSelectionRange() {},
      get willValidate() { return false; },
      get validity() { return { valid: true }; },
      get labels() { return Array.from(document.querySelectorAll('label')).filter((l) => l.control === this); },
    });
  }
  properties(HTMLFormElement.prototype, {
    name: attribute('name'),
    method: { get() { return (this.getAttribute('method') || 'get').toLowerCase(); }, set(v) { this.setAttribute('method', v); } },
    action: { get() { return new URL(this.getAttribute('action') || '', location.href).href; }, set(v) { this.setAttribute('action', v); } },
    elements: {
      get() {
        const all = Array.from(this.getRootNode().querySelectorAll(controls)).filter((e) => e.form === this && e.type !== 'image');
        for (const e of all) for (const key of [e.id, e.getAttribute('name')]) if (key && !(key in all)) all[key] = e;
        return all;
      },
    },
    length: { get() { return this.elements.length; } },
  });
  define(HTMLFormElement.prototype, {
    ...validity,
    submit() {
      console.error(`[qinghost] 表单 (${this.method.toUpperCase()} ${this.action}) 没有真的提交: environment: dom 里页面不会跳转; 要看跳转, 用 --browser`);
    },
    requestSubmit(submitter = null) {
      if (this.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true, submitter }))) this.submit();
    },
    reset() {
      if (!this.dispatchEvent(new Event('reset', { bubbles: true, cancelable: true }))) return;
      for (const control of this.elements) {
        kept.delete(control);
        if (control.options) for (const o of control.options) kept.delete(o);
      }
    },
  });
  const url = (part) => ({
    get() { return this.hasAttribute('href') ? new URL(this.getAttribute('href'), location.href)[part] : ''; },
  });
  properties(HTMLAnchorElement.prototype, {
    href: { ...url('href'), set(value) { this.setAttribute('href', value); } },
    text: { get() { return this.textContent; } },
  });
  for (const part of ['protocol', 'host', 'hostname', 'port', 'pathname', 'search', 'hash', 'origin']) {
    properties(HTMLAnchorElement.prototype, { [part]: url(part) });
  }

  // -- focus

  let active = null;
  Object.defineProperty(document, 'activeElement', {
    configurable: true,
    get: () => (active && active.isConnected ? active : document.body),
  });
  const focusable = (e) =>
    !disabled(e) && (['button', 'input', 'select', 'textarea'].includes(e.localName) || e.hasAttribute('tabindex') || e.isContentEditable ||
      (e.localName === 'a' && e.hasAttribute('href')));
  define(HTMLElement.prototype, {
    focus() {
      if (active === this || !focusable(this)) return;
      if (active) active.blur();
      active = this;
      this.dispatchEvent(new FocusEvent('focus'));
      fire(this, 'focusin', FocusEvent);
    },
    blur() {
      if (active !== this) return;
      active = null;
      this.dispatchEvent(new FocusEvent('blur'));
      fire(this, 'focusout', FocusEvent);
    },
    click() {
      if (!disabled(this)) fire(this, 'click', MouseEvent, { cancelable: true, composed: true, view: globalThis, detail: 1 });
    },
  });

  // -- what a click does

  const nothing = () => {};
  const changed = (e) => {
    fire(e, 'input', Event, { composed: true });
    fire(e, 'change');
  };
  behaviour.of = (element) => {
    if (element.nodeType !== 1 || disabled(element)) return undefined;
    switch (element.localName) {
      case 'input': {
        if (checkable(element)) {
          const before = [element, ...(element.type === 'radio' ? group(element) : [])].map((e) => [e, e.checked]);
          // Not by the element's own property, which React puts there to tell a user's doing from its own.
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'checked').set.call(element, element.type === 'radio' || !element.checked);
          return {
            undo: () => before.forEach(([e, on]) => (own(e).checked = on)),
            act: () => element.checked !== before[0][1] && element.isConnected && changed(element),
          };
        }
        return ['submit', 'image', 'reset'].includes(element.type) ? press(element) : undefined;
      }
      case 'button':
        return press(element);
      case 'label': {
        const { control } = element;
        return control && { undo: nothing, act: () => { control.focus(); control.click(); } };
      }
      case 'summary': {
        const details = element.parentNode;
        return details && details.localName === 'details' && { undo: nothing, act: () => { details.toggleAttribute('open'); details.dispatchEvent(new Event('toggle')); } };
      }
      case 'a': {
        const to = element.getAttribute('href');
        if (to === null) return undefined;
        return { undo: nothing, act: () => { if (!/^javascript:/i.test(to)) location.href = new URL(to, location.href).href; } };
      }
    }
    return undefined;
  };
  const press = (button) => ({
    undo: nothing,
    act() {
      const { form: of, type } = button;
      if (!of) return;
      if (type === 'reset') of.reset();
      else if (type === 'submit' || type === 'image') of.requestSubmit(button);
    },
  });

  // -- FormData of a form

  const Plain = globalThis.FormData;
  globalThis.FormData = class FormData extends Plain {
    constructor(of, submitter) {
      super();
      if (!of) return;
      for (const e of of.elements) {
        const name = e.getAttribute('name');
        if (!name || disabled(e) || (checkable(e) && !e.checked) || ((e.localName === 'button' || ['submit', 'button', 'reset', 'image'].includes(e.type)) && e !== submitter)) continue;
        if (e.localName === 'select') for (const o of e.selectedOptions) this.append(name, o.value);
        else this.append(name, e.value);
      }
    }
  };
}
