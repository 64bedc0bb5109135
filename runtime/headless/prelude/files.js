(function (native) {
  'use strict';
  const view = (data, what) => {
    if (data === undefined) return [undefined, 0, 0];
    if (data instanceof ArrayBuffer) return [data, 0, data.byteLength];
    if (ArrayBuffer.isView(data)) return [data.buffer, data.byteOffset, data.byteOffset + data.byteLength];
    throw new TypeError(`${what} 的参数应为 ArrayBuffer 或 TypedArray`);
  };
  class TextEncoder {
    get encoding() {
      return 'utf-8';
    }
    encode(text) {
      return new Uint8Array(native.encode(text === undefined ? '' : String(text)));
    }
    encodeInto(text, into) {
      let read = 0;
      let written = 0;
      for (const c of String(text)) {
        const bytes = new Uint8Array(native.encode(c));
        if (written + bytes.length > into.length) break;
        into.set(bytes, written);
        written += bytes.length;
        read += c.length;
      }
      return { read, written };
    }
  }
  class TextDecoder {
    #decoder;
    #seenBOM = false;
    constructor(label, options) {
      label = label === undefined ? 'utf-8' : String(label);
      this.#decoder = native.decoder(label);
      if (!this.#decoder) throw new RangeError(`TextDecoder 不支持编码 “${label}”, 支持 utf-8, utf-16le, utf-16be, gbk, gb18030, windows-1252`);
      const { fatal, ignoreBOM } = options || {};
      Object.defineProperties(this, {
        encoding: { value: this.#decoder.name },
        fatal: { value: !!fatal },
        ignoreBOM: { value: !!ignoreBOM },
      });
    }
    decode(data, options) {
      const more = !!(options && options.stream);
      const [buffer, from, to] = view(data, 'TextDecoder.decode');
      let text = this.#decoder.decode(buffer, from, to, more, this.fatal);
      if (!this.#seenBOM && text !== '') {
        this.#seenBOM = true;
        if (!this.ignoreBOM && text.charCodeAt(0) === 0xfeff && this.encoding.startsWith('utf')) text = text.slice(1);
      }
      if (!more) this.#seenBOM = false;
      return text;
    }
  }

  const join = (parts) => {
    const buffers = parts.map((part) => {
      if (part instanceof Blob) return new Uint8Array(bytes(part));
      if (part instanceof ArrayBuffer) return new Uint8Array(part);
      if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      return new Uint8Array(native.encode(String(part)));
    });
    const all = new Uint8Array(buffers.reduce((n, b) => n + b.length, 0));
    let at = 0;
    for (const b of buffers) {
      all.set(b, at);
      at += b.length;
    }
    return all.buffer;
  };
  const held = new WeakMap(); // Blob → its bytes
  const bytes = (blob) => held.get(blob);
  const decode = (buffer) => new TextDecoder().decode(buffer);

  class Blob {
    constructor(parts, options) {
      if (parts !== undefined && (parts === null || typeof parts !== 'object')) throw new TypeError('Blob 的第一个参数应为数组');
      held.set(this, join(parts === undefined ? [] : Array.from(parts)));
      const type = String((options && options.type) || '');
      Object.defineProperty(this, 'type', { value: /[^\x20-\x7e]/.test(type) ? '' : type.toLowerCase() });
    }
    get size() {
      return bytes(this).byteLength;
    }
    slice(from, to, type) {
      return new Blob([bytes(this).slice(from === undefined ? 0 : from, to === undefined ? this.size : to)], { type });
    }
    async arrayBuffer() {
      return bytes(this).slice(0);
    }
    async bytes() {
      return new Uint8Array(bytes(this).slice(0));
    }
    async text() {
      return decode(bytes(this));
    }
    stream() {
      throw new TypeError('Blob.stream: 没有实现流, 请用 text() 或 arrayBuffer()');
    }
  }
  class File extends Blob {
    constructor(parts, name, options) {
      if (arguments.length < 2) throw new TypeError('File 需要内容和文件名两个参数');
      super(parts, options);
      const { lastModified = Date.now() } = options || {};
      Object.defineProperty(this, 'name', { value: String(name), enumerable: true });
      Object.defineProperty(this, 'lastModified', { value: Number(lastModified), enumerable: true });
    }
  }

  const fields = new WeakMap(); // FormData → [[name, value]]
  const entry = (name, value, filename) => {
    if (!(value instanceof Blob)) return [String(name), String(value)];
    if (value instanceof File && filename === undefined) return [String(name), value];
    return [String(name), new File([value], filename === undefined ? 'blob' : filename, { type: value.type })];
  };
  class FormData {
    constructor(form) {
      if (form !== undefined) throw new TypeError('FormData: 没有画面的页面里没有表单, 请逐项 append');
      fields.set(this, []);
    }
    append(name, value, filename) {
      fields.get(this).push(entry(name, value, filename));
    }
    set(name, value, filename) {
      const all = fields.get(this);
      const first = all.findIndex((f) => f[0] === String(name));
      if (first < 0) return void all.push(entry(name, value, filename));
      all[first] = entry(name, value, filename);
      fields.set(this, all.filter((f, i) => i <= first || f[0] !== String(name)));
    }
    delete(name) {
      fields.set(this, fields.get(this).filter((f) => f[0] !== String(name)));
    }
    get(name) {
      const found = fields.get(this).find((f) => f[0] === String(name));
      return found ? found[1] : null;
    }
    getAll(name) {
      return fields.get(this).filter((f) => f[0] === String(name)).map((f) => f[1]);
    }
    has(name) {
      return fields.get(this).some((f) => f[0] === String(name));
    }
    forEach(fn, thisArg) {
      for (const [name, value] of fields.get(this)) fn.call(thisArg, value, name, this);
    }
    *entries() {
      for (const f of fields.get(this)) yield [...f];
    }
    *keys() {
      for (const f of fields.get(this)) yield f[0];
    }
    *values() {
      for (const f of fields.get(this)) yield f[1];
    }
    [Symbol.iterator]() {
      return this.entries();
    }
  }
  for (const c of [Blob, File, FormData]) Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });

  /** Encodes a FormData as multipart/form-data. */
  const multipart = (form) => {
    const boundary = '----qinghost' + Array.from(new Uint8Array(native.random(12)), (b) => b.toString(16).padStart(2, '0')).join('');
    const name = (s) => s.replace(/\r?\n|\r/g, '%0D%0A').replace(/"/g, '%22');
    const parts = [];
    for (const [key, value] of form) {
      parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name(key)}"`);
      if (value instanceof File) parts.push(`; filename="${name(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}\r\n\r\n`, value, '\r\n');
      else parts.push(`\r\n\r\n${value.replace(/\r?\n|\r/g, '\r\n')}\r\n`);
    }
    return { bytes: join([...parts, `--${boundary}--\r\n`]), type: 'multipart/form-data; boundary=' + boundary };
  };
  return { TextEncoder, TextDecoder, Blob, File, FormData, bytes, decode, join, multipart };
});
