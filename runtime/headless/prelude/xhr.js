(function (native) {
  'use strict';
  const { Event, EventTarget } = native.kit;
  const { location } = native;
  const { Headers, extract } = native.part('fetch');
  const { Blob, decode } = native.part('files');
  const { ProgressEvent } = native.part('events');
  const { DOMException } = native.part('exception');
  const fail = (message, name) => {
    throw new DOMException('XMLHttpRequest: ' + message, name);
  };
  const states = { UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4 };
  const types = ['', 'text', 'json', 'arraybuffer', 'blob'];

  class XMLHttpRequest extends EventTarget {
    #request = null; // {method, url, headers, sent, stop, timer}
    #answer = null; // {status, …, body}
    #type = '';
    #timeout = 0;
    #value; // the response, once it was made
    readyState = 0;
    withCredentials = false;
    upload = new EventTarget();

    open(method, url, async = true) {
      if (!async) fail('不支持同步请求 (open 的第三个参数为 false), 请改为异步或用 fetch', 'InvalidAccessError');
      const record = native.address(String(url), location.href);
      if (!record) fail(`不是有效的 URL: ${url}`, 'SyntaxError');
      this.#stop();
      this.#answer = null;
      this.#value = undefined;
      this.#request = { method: String(method).toUpperCase(), url: record.get('href'), headers: new Headers(), sent: false };
      this.#to(1);
    }
    setRequestHeader(name, value) {
      if (this.readyState !== 1 || this.#request.sent) fail('setRequestHeader 应在 open 之后, send 之前', 'InvalidStateError');
      this.#request.headers.append(name, value);
    }
    send(body) {
      const request = this.#request;
      if (this.readyState !== 1 || request.sent) fail('send 应在 open 之后, 且只有一次', 'InvalidStateError');
      const { bytes, type } = request.method === 'GET' || request.method === 'HEAD' ? { bytes: null, type: '' } : extract(body);
      if (type && !request.headers.has('content-type')) request.headers.set('content-type', type);
      request.sent = true;
      this.#progress('loadstart');
      if (this.#request !== request) return;
      request.stop = native.send(request.method, request.url, request.headers, bytes, 'follow', (failure, answer) => {
        if (this.#request !== request || !request.sent) return;
        if (failure !== undefined) {
          this.#end('error', failure);
          return;
        }
        this.#answer = answer;
        this.#to(2);
        if (this.#request === request && request.sent) this.#to(3);
        if (this.#request === request && request.sent) this.#end('load');
      });
      this.#arm();
    }
    abort() {
      const sent = this.#request && this.#request.sent && this.readyState !== 4;
      this.#stop();
      if (sent) this.#end('abort');
      if (this.readyState === 4) this.readyState = 0;
    }
    getResponseHeader(name) {
      return this.#answer ? new Headers(this.#answer.headers).get(name) : null;
    }
    getAllResponseHeaders() {
      if (!this.#answer) return '';
      return Array.from(new Headers(this.#answer.headers), ([name, value]) => `${name}: ${value}\r\n`).join('');
    }
    overrideMimeType() {}

    get status() {
      return this.#answer ? this.#answer.status : 0;
    }
    get statusText() {
      return this.#answer ? this.#answer.statusText : '';
    }
    get responseURL() {
      return this.#answer ? this.#answer.url : '';
    }
    get responseXML() {
      return null;
    }
    get responseType() {
      return this.#type;
    }
    set responseType(type) {
      if (this.readyState > 2) fail('responseType 应在 send 之前设置', 'InvalidStateError');
      if (type === 'document') fail("responseType 'document' 需要 DOM, 不支持", 'NotSupportedError');
      if (types.includes(type)) this.#type = type;
    }
    get timeout() {
      return this.#timeout;
    }
    set timeout(ms) {
      this.#timeout = Number(ms) || 0;
      this.#arm();
    }
    get responseText() {
      if (this.#type !== '' && this.#type !== 'text') fail(`responseType 是 '${this.#type}' 时没有 responseText, 请用 response`, 'InvalidStateError');
      return this.#answer && this.readyState > 2 ? decode(this.#answer.body) : '';
    }
    get response() {
      if (this.#type === '' || this.#type === 'text') return this.responseText;
      if (!this.#answer || this.readyState !== 4) return null;
      if (this.#value === undefined) this.#value = this.#read();
      return this.#value;
    }
    #read() {
      const { body } = this.#answer;
      if (this.#type === 'arraybuffer') return body.slice(0);
      if (this.#type === 'blob') return new Blob([body], { type: this.getResponseHeader('content-type') || '' });
      try {
        return JSON.parse(decode(body));
      } catch (e) {
        return null;
      }
    }
    #arm() {
      const request = this.#request;
      if (!request || !request.sent) return;
      native.clearTimeout(request.timer);
      if (this.#timeout > 0) request.timer = native.setTimeout(() => this.#request === request && request.sent && (this.#stop(), this.#end('timeout')), this.#timeout);
    }
    #stop() {
      const request = this.#request;
      if (request && request.stop) request.stop();
      if (request) native.clearTimeout(request.timer);
    }
    #end(kind, failure) {
      native.clearTimeout(this.#request.timer);
      this.#request.sent = false;
      if (kind !== 'load') this.#answer = null;
      if (failure) native.write('error', '', 'XMLHttpRequest: ' + failure);
      this.#to(4);
      this.#progress(kind);
      this.#progress('loadend');
    }
    #to(state) {
      this.readyState = state;
      this.dispatchEvent(new Event('readystatechange'));
    }
    #progress(type) {
      const loaded = this.#answer ? this.#answer.body.byteLength : 0;
      this.dispatchEvent(new ProgressEvent(type, { loaded, total: loaded, lengthComputable: loaded > 0 }));
    }
  }
  for (const name of Object.keys(states)) {
    Object.defineProperty(XMLHttpRequest, name, { value: states[name], enumerable: true });
    Object.defineProperty(XMLHttpRequest.prototype, name, { value: states[name], enumerable: true });
  }
  return { XMLHttpRequest };
});
