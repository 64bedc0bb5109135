import { failures } from './failing';

interface Row {
  args: unknown[];
  /** The title of the row's test. */
  title(pattern: string): string;
}

/** The rows of an `.each`: of an array, or of a tagged template whose first line names the columns. */
export function rows(what: string, table: any, values: unknown[]): Row[] {
  if (table && Array.isArray(table.raw)) return templateRows(what, table, values);
  if (!Array.isArray(table) || !table.length) throw new TypeError(`${what}.each 的参数应为至少一行的数组, 或模板字符串的表`);
  return table.map((row, index) => {
    const args = Array.isArray(row) ? row : [row];
    return {
      args,
      title: (pattern) => fillNamed(printf(pattern, args, index), args.length === 1 ? args[0] : undefined, index),
    };
  });
}

function templateRows(what: string, table: TemplateStringsArray, values: unknown[]): Row[] {
  const names = table[0]
    .trim()
    .split('|')
    .map((name) => name.trim());
  if (!values.length || values.length % names.length) {
    throw new TypeError(`${what}.each 的表有 ${names.length} 列 (${names.join(', ')}), 但有 ${values.length} 个值`);
  }
  const all: Row[] = [];
  for (let i = 0; i < values.length; i += names.length) {
    const row: Record<string, unknown> = {};
    names.forEach((name, n) => (row[name] = values[i + n]));
    all.push({ args: [row], title: (pattern) => fillNamed(pattern, row, i / names.length) });
  }
  return all;
}

/** Fills %s %d %i %f %j %o %O %p with the arguments in turn, %# and %$ with the row's number from 0 and from 1. */
function printf(pattern: string, args: unknown[], index: number): string {
  let next = 0;
  return pattern.replace(/%([sdifjoOp#$%])/g, (directive, kind) => {
    if (kind === '%') return '%';
    if (kind === '#') return String(index);
    if (kind === '$') return String(index + 1);
    if (next >= args.length) return directive;
    const value = args[next++];
    switch (kind) {
      case 's':
        return typeof value === 'object' && value !== null
          ? failures().stringify(value)
          : Object.is(value, -0)
            ? '-0'
            : String(value);
      case 'd':
        return String(Number(value));
      case 'i':
        return String(parseInt(String(value), 10));
      case 'f':
        return String(parseFloat(String(value)));
      case 'j':
        return String(JSON.stringify(value));
    }
    return failures().stringify(value);
  });
}

/** Fills $name, $name.below and $# from a row of named fields. */
function fillNamed(pattern: string, row: any, index: number): string {
  if (pattern.indexOf('$') < 0) return pattern;
  return pattern.replace(/\$(#|[\w\u4e00-\u9fff]+(?:\.[\w\u4e00-\u9fff]+)*)/g, (whole, path) => {
    if (path === '#') return String(index);
    const steps = path.split('.');
    if (row === null || typeof row !== 'object' || !(steps[0] in row)) return whole;
    const value = steps.reduce((at: any, step: string) => (at === null || at === undefined ? at : at[step]), row);
    return typeof value === 'string' ? value : failures().stringify(value);
  });
}
