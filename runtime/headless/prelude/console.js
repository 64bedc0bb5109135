// console: Go writes, these only pass on.
(function (native) {
  'use strict';
  const { write } = native;
  let indent = '';
  const counts = new Map();
  const timers = new Map();
  const say = (level) => (...args) => write(level, indent, ...args);
  const name = (label) => (label === undefined ? 'default' : String(label));
  const elapsed = (label, args) => {
    const since = timers.get(label);
    if (since === undefined) write('warn', indent, `console.time 没有开始过 “${label}”`);
    else write('log', indent, `${label}: ${+(native.now() - since).toFixed(3)} ms`, ...args);
    return since !== undefined;
  };
  const wide = (text) => Array.from(text).reduce((n, c) => n + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\ud83c-\ud83e]/.test(c) ? 2 : 1), 0);

  /** Draws rows as Node does. */
  function table(data, only) {
    if (typeof data !== 'object' || data === null) return write('log', indent, data);
    const entries =
      data instanceof Map || data instanceof Set ? Array.from(data).map((row, i) => [String(i), row]) : Object.entries(data);
    const columns = [];
    let values = false;
    for (const [, row] of entries) {
      if (typeof row !== 'object' || row === null) values = true;
      else for (const key of Object.keys(row)) if (!columns.includes(key)) columns.push(key);
    }
    const shown = only ? only.map(String) : columns;
    const head = ['(index)', ...shown, ...(values ? ['Values'] : [])];
    const cell = (object, key) => (object !== null && typeof object === 'object' && key in object ? native.inspect(object[key]) : '');
    const lines = entries.map(([index, row]) => [
      index, ...shown.map((key) => cell(row, key)),
      ...(values ? [typeof row === 'object' && row !== null ? '' : native.inspect(row)] : []),
    ]);
    const widths = head.map((h, i) => Math.max(...[h, ...lines.map((l) => l[i])].map(wide)) + 2);
    const line = (cells) =>
      '│' + cells.map((c, i) => {
        const left = (widths[i] - wide(c)) >> 1;
        return ' '.repeat(left) + c + ' '.repeat(widths[i] - wide(c) - left);
      }).join('│') + '│';
    const rule = (a, b, c) => a + widths.map((w) => '─'.repeat(w)).join(b) + c;
    write('log', indent, [rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...lines.map(line), rule('└', '┴', '┘')].join('\n'));
  }
  const group = (...args) => {
    if (args.length) write('log', indent, ...args);
    indent += '  ';
  };
  return {
    console: {
      log: say('log'), info: say('info'), warn: say('warn'), error: say('error'), debug: say('debug'),
      dir: (value) => write('log', indent, native.inspect(value)),
      dirxml: say('log'),
      table, group, groupCollapsed: group,
      groupEnd() {
        indent = indent.slice(2);
      },
      trace(...args) {
        const stack = native.trace(new Error().stack);
        write('log', indent, 'Trace' + (args.length ? ': ' + native.format(...args) : '') + (stack ? '\n' + stack : ''));
      },
      time(label) {
        if (timers.has(name(label))) write('warn', indent, `console.time “${name(label)}” 已经开始`);
        else timers.set(name(label), native.now());
      },
      timeLog: (label, ...args) => void elapsed(name(label), args),
      timeEnd(label) {
        if (elapsed(name(label), [])) timers.delete(name(label));
      },
      count(label) {
        const n = (counts.get(name(label)) || 0) + 1;
        counts.set(name(label), n);
        write('log', indent, `${name(label)}: ${n}`);
      },
      countReset: (label) => void counts.delete(name(label)),
      clear() {
        indent = '';
      },
      assert(condition, ...args) {
        if (condition) return;
        if (typeof args[0] === 'string') args[0] = '断言失败 ' + args[0];
        else args.unshift('断言失败');
        write('error', indent, ...args);
      },
    },
  };
});
