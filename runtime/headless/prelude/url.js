(function (native) {
  'use strict';
  const records = new WeakMap(); // URL → its record in Go
  const lists = new WeakMap(); // URLSearchParams → {pairs, url}

  class URL {
    constructor(url, base) {
      if (!arguments.length) throw new TypeError('URL 的第一个参数应为地址');
      const record = native.address(String(url), base === undefined ? undefined : String(base));
      if (!record) throw Object.assign(new TypeError(`不是有效的 URL: ${url}${base === undefined ? '' : ` (相对于 ${base})`}`), { code: 'ERR_INVALID_URL', input: String(url) });
      records.set(this, record);
    }
    static canParse(url, base) {
      return native.address(String(url), base === undefined ? undefined : String(base)) !== undefined;
    }
    static parse(url, base) {
      return URL.canParse(url, base) ? new URL(url, base) : null;
    }
    static createObjectURL() {
      throw new TypeError('URL.createObjectURL: 没有画面的页面不支持 blob: 地址');
    }
    static revokeObjectURL() {}
    get searchParams() {
      const record = records.get(this);
      if (!record.params) {
        record.params = new URLSearchParams();
        lists.set(record.params, { pairs: native.parseQuery(this.search.slice(1)), url: record });
      }
      return record.params;
    }
    toString() {
      return this.href;
    }
    toJSON() {
      return this.href;
    }
  }
  const refresh = (record) => {
    if (record.params) lists.get(record.params).pairs = native.parseQuery(record.get('search').slice(1));
  };
  for (const part of ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']) {
    Object.defineProperty(URL.prototype, part, {
      enumerable: true, configurable: true,
      get() {
        return records.get(this).get(part);
      },
      set: part === 'origin' ? undefined : function (value) {
        const record = records.get(this);
        if (!record.set(part, String(value))) throw new TypeError(`不是有效的 URL: ${value}`);
        if (part === 'href' || part === 'search') refresh(record);
      },
    });
  }

  const encode = (pairs) => pairs.map(([name, value]) => native.formEscape(name) + '=' + native.formEscape(value)).join('&');
  const text = (value) => native.wellFormed(String(value));
  const pairsOf = (params) => lists.get(params).pairs;
  const update = (params) => {
    const { url, pairs } = lists.get(params);
    if (url) url.set('search', encode(pairs));
  };
  class URLSearchParams {
    constructor(init) {
      let pairs = [];
      if (init !== null && (typeof init === 'object' || typeof init === 'function')) {
        if (init[Symbol.iterator]) {
          for (const pair of init) {
            const two = Array.from(pair);
            if (two.length !== 2) throw new TypeError('URLSearchParams 的每一项应为 [名, 值]');
            pairs.push([text(two[0]), text(two[1])]);
          }
        } else {
          for (const name of Reflect.ownKeys(init)) {
            const own = Object.getOwnPropertyDescriptor(init, name);
            if (own && own.enumerable) pairs.push([text(name), text(init[name])]);
          }
        }
      } else if (init !== undefined) {
        pairs = native.parseQuery(String(init).replace(/^\?/, ''));
      }
      lists.set(this, { pairs, url: null });
    }
    get size() {
      return pairsOf(this).length;
    }
    append(name, value) {
      pairsOf(this).push([text(name), text(value)]);
      update(this);
    }
    delete(name, value) {
      const list = lists.get(this);
      list.pairs = list.pairs.filter((p) => p[0] !== text(name) || (value !== undefined && p[1] !== text(value)));
      update(this);
    }
    get(name) {
      const found = pairsOf(this).find((p) => p[0] === text(name));
      return found ? found[1] : null;
    }
    getAll(name) {
      return pairsOf(this).filter((p) => p[0] === text(name)).map((p) => p[1]);
    }
    has(name, value) {
      return pairsOf(this).some((p) => p[0] === text(name) && (value === undefined || p[1] === text(value)));
    }
    set(name, value) {
      const list = lists.get(this);
      const first = list.pairs.find((p) => p[0] === text(name));
      if (first) {
        first[1] = text(value);
        list.pairs = list.pairs.filter((p) => p === first || p[0] !== text(name));
      } else list.pairs.push([text(name), text(value)]);
      update(this);
    }
    sort() {
      pairsOf(this).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      update(this);
    }
    forEach(fn, thisArg) {
      for (const [name, value] of this) fn.call(thisArg, value, name, this);
    }
    *entries() {
      for (let i = 0; i < pairsOf(this).length; i++) yield [...pairsOf(this)[i]];
    }
    *keys() {
      for (const [name] of this.entries()) yield name;
    }
    *values() {
      for (const [, value] of this.entries()) yield value;
    }
    toString() {
      return encode(pairsOf(this));
    }
  }
  const { entries } = URLSearchParams.prototype;
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { value: entries, writable: true, configurable: true });
  Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: 'URL', configurable: true });
  Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: 'URLSearchParams', configurable: true });
  return { URL, URLSearchParams };
});
