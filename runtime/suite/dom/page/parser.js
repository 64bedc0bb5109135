// Stands in for htmlparser2 in linkedom: documents and fragments are parsed in Go, as HTML5 says.

/** What the next text is: '' a fragment, 'whole' a document, 'later' a document whose handlers are fed piece by piece. */
export const mode = { document: '' };

export class Parser {
  constructor(handlers, { xmlMode }) {
    if (xmlMode) throw new Error('environment: dom 不解析 XML 和单独的 SVG: 用 --browser');
    this.handlers = handlers;
  }
  write(text) {
    if (mode.document === 'later') mode.handlers = this.handlers;
    else NATIVE.parse(text, this.handlers, mode.document !== 'whole');
  }
  end() {}
}
