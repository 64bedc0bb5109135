(function (native) {
  'use strict';
  const { location } = native;
  const files = native.part('files');

  const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const maps = new WeakMap(); // Headers → Map of lower-cased name → values
  const nameOf = (name) => {
    name = String(name);
    if (!token.test(name)) throw new TypeError(`无效的请求头名 “${name}”`);
    return name.toLowerCase();
  };
  const valueOf = (value) => {
    value = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
    if (/[\0\n\r]|[^\0-\xff]/.test(value)) throw new TypeError(`请求头的值只能是 U+00FF 以内的字符, 收到 “${value}”, 中文请先 encodeURIComponent`);
    return value;
  };
  class Headers {
    constructor(init) {
      maps.set(this, new Map());
      if (init === undefined) return;
      if (init === null || typeof init !== 'object') throw new TypeError('Headers 的参数应为对象或 [名, 值] 的数组');
      for (const pair of init[Symbol.iterator] ? init : Object.entries(init)) {
        const two = Array.from(pair);
        if (two.length !== 2) throw new TypeError('Headers 的每一项应为 [名, 值]');
        this.append(two[0], two[1]);
      }
    }
    append(name, value) {
      const map = maps.get(this);
      map.set(nameOf(name), [...(map.get(nameOf(name)) || []), valueOf(value)]);
    }
    set(name, value) {
      maps.get(this).set(nameOf(name), [valueOf(value)]);
    }
    get(name) {
      const values = maps.get(this).get(nameOf(name));
      return values ? values.join(', ') : null;
    }
    getSetCookie() {
      return [...(maps.get(this).get('set-cookie') || [])];
    }
    has(name) {
      return maps.get(this).has(nameOf(name));
    }
    delete(name) {
      maps.get(this).delete(nameOf(name));
    }
    forEach(fn, thisArg) {
      for (const [name, value] of this) fn.call(thisArg, value, name, this);
    }
    *entries() {
      const map = maps.get(this);
      for (const name of Array.from(map.keys()).sort()) {
        if (name === 'set-cookie') for (const value of map.get(name)) yield [name, value];
        else yield [name, map.get(name).join(', ')];
      }
    }
    *keys() {
      for (const [name] of this.entries()) yield name;
    }
    *values() {
      for (const [, value] of this.entries()) yield value;
    }
    [Symbol.iterator]() {
      return this.entries();
    }
  }

  // -- bodies

  const bodies = new WeakMap(); // Request or Response → {bytes, type, used}
  /** Turns what may be given as a body into bytes and their type. */
  const extract = (body) => {
    if (body === undefined || body === null) return { bytes: null, type: '' };
    if (body instanceof files.Blob) return { bytes: files.bytes(body).slice(0), type: body.type };
    if (body instanceof files.FormData) return files.multipart(body);
    if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return { bytes: files.join([body]), type: '' };
    const { URLSearchParams } = native.loaded('url') || {};
    const form = URLSearchParams && body instanceof URLSearchParams;
    return { bytes: native.encode(String(body)), type: form ? 'application/x-www-form-urlencoded;charset=UTF-8' : 'text/plain;charset=UTF-8' };
  };
  class Body {
    get bodyUsed() {
      return bodies.get(this).used;
    }
    get body() {
      if (bodies.get(this).bytes === null) return null;
      throw new TypeError(`${this.constructor.name}.body: 没有实现流, 请用 text(), json() 或 arrayBuffer()`);
    }
    async arrayBuffer() {
      const held = bodies.get(this);
      if (held.used) throw new TypeError('内容已经读过了; 要读两次请先 clone()');
      if (held.bytes === null) return new ArrayBuffer(0);
      held.used = true;
      return held.bytes.slice(0);
    }
    async bytes() {
      return new Uint8Array(await this.arrayBuffer());
    }
    async text() {
      return files.decode(await this.arrayBuffer());
    }
    async json() {
      return JSON.parse(await this.text());
    }
    async blob() {
      return new files.Blob([await this.arrayBuffer()], { type: this.headers.get('content-type') || '' });
    }
    async formData() {
      const type = this.headers.get('content-type') || '';
      if (!type.startsWith('application/x-www-form-urlencoded')) throw new TypeError(`formData(): 不能读 “${type}”, 只支持 application/x-www-form-urlencoded`);
      const form = new files.FormData();
      for (const [name, value] of native.parseQuery(await this.text())) form.append(name, value);
      return form;
    }
  }
  const own = (target, values) => {
    for (const name of Object.keys(values)) Object.defineProperty(target, name, { value: values[name], enumerable: true, configurable: true });
  };
  const cloneBody = (from, to) => {
    if (bodies.get(from).used) throw new TypeError('内容已经读过了, 不能再 clone()');
    bodies.set(to, { ...bodies.get(from) });
    return to;
  };
  const copyHeaders = (init) => new Headers(init instanceof Headers ? init.entries() : init);

  class Request extends Body {
    constructor(input, init = {}) {
      super();
      const from = input instanceof Request ? input : null;
      let { url } = from || {};
      if (!from) {
        const record = native.address(String(input), location.href);
        if (!record) throw new TypeError(`不是有效的 URL: ${input}`);
        url = record.get('href');
        if (record.get('username') || record.get('password')) throw new TypeError(`请求的地址里不能带用户名和密码: ${url}`);
      }
      const pick = (name, otherwise) => (init[name] !== undefined ? init[name] : from ? from[name] : otherwise);
      let method = String(pick('method', 'GET'));
      if (/^(delete|get|head|options|post|put)$/i.test(method)) method = method.toUpperCase();
      if (!token.test(method) || /^(connect|trace|track)$/i.test(method)) throw new TypeError(`不能用的请求方法 “${method}”`);
      const headers = copyHeaders(init.headers !== undefined ? init.headers : from ? from.headers : undefined);
      const given = init.body !== undefined && init.body !== null;
      if (given && (method === 'GET' || method === 'HEAD')) throw new TypeError(`${method} 请求不能带 body`);
      let body = extract(given ? init.body : undefined);
      if (!given && from && bodies.get(from).bytes !== null) {
        if (from.bodyUsed) throw new TypeError('内容已经读过了; 要读两次请先 clone()');
        body = { bytes: bodies.get(from).bytes, type: '' };
        bodies.get(from).used = true;
      }
      if (body.type && !headers.has('content-type')) headers.set('content-type', body.type);
      bodies.set(this, { bytes: body.bytes, used: false });
      own(this, {
        url, method, headers, signal: pick('signal', null), redirect: pick('redirect', 'follow'), mode: pick('mode', 'cors'),
        credentials: pick('credentials', 'same-origin'), cache: pick('cache', 'default'), referrer: 'about:client', keepalive: !!pick('keepalive', false),
      });
    }
    clone() {
      const copy = new Request(this.url, { ...this, body: undefined });
      return cloneBody(this, copy);
    }
  }

  class Response extends Body {
    constructor(body, init = {}) {
      super();
      const { status = 200, statusText = '' } = init;
      if (!(status >= 200 && status <= 599)) throw new RangeError(`Response 的 status 应在 200 和 599 之间, 收到 ${status}`);
      const { bytes, type } = extract(body);
      if (bytes !== null && [204, 205, 304].includes(status)) throw new TypeError(`status ${status} 的 Response 不能有内容`);
      const headers = copyHeaders(init.headers);
      if (type && !headers.has('content-type')) headers.set('content-type', type);
      bodies.set(this, { bytes, used: false });
      own(this, { type: 'default', url: '', redirected: false, status: Number(status), ok: status >= 200 && status <= 299, statusText: String(statusText), headers });
    }
    clone() {
      const copy = cloneBody(this, Object.create(Response.prototype));
      own(copy, { ...this, headers: copyHeaders(this.headers) });
      return copy;
    }
    static json(value, init = {}) {
      const headers = copyHeaders(init.headers);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      return new Response(JSON.stringify(value), { ...init, headers });
    }
    static error() {
      const response = new Response();
      own(response, { type: 'error', status: 0, ok: false });
      return response;
    }
    static redirect(url, status = 302) {
      if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError(`Response.redirect 的 status 应为 301, 302, 303, 307 或 308, 收到 ${status}`);
      const record = native.address(String(url), location.href);
      if (!record) throw new TypeError(`不是有效的 URL: ${url}`);
      return new Response(null, { status, headers: { location: record.get('href') } });
    }
  }
  for (const c of [Headers, Request, Response]) Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });

  /** What Go says of an answer, as a Response. */
  const received = ({ status, statusText, headers, body, url, redirected }) => {
    const response = Object.create(Response.prototype);
    bodies.set(response, { bytes: [204, 205, 304].includes(status) ? null : body, used: false });
    own(response, { type: 'basic', url, redirected, status, ok: status >= 200 && status <= 299, statusText, headers: new Headers(headers) });
    return response;
  };

  return {
    Headers, Request, Response, extract,
    fetch(input, init) {
      return new Promise((resolve, reject) => {
        const request = new Request(input, init);
        const { signal } = request;
        if (signal && signal.aborted) return reject(signal.reason);
        const giveUp = () => {
          stop();
          reject(signal.reason);
        };
        const stop = native.send(request.method, request.url, request.headers, bodies.get(request).bytes, request.redirect, (failure, answer) => {
          if (signal) signal.removeEventListener('abort', giveUp);
          if (failure === undefined) resolve(received(answer));
          else reject(new TypeError('fetch: ' + failure));
        });
        if (signal) signal.addEventListener('abort', giveUp);
      });
    },
  };
});
