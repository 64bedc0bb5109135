// Intl for zh-CN and en-US: the options are read here, the text is made in Go. What is not supported is an error that names it.
(function (native) {
  'use strict';
  const has = (list, name, value, where) => {
    if (!list.includes(value)) throw new RangeError(`${where}: ${name} 的值 “${value}” 无效, 或在 qinghost 中还不支持`);
    return value;
  };
  const pick = (options, name, list, otherwise, where) => {
    const value = options[name];
    return value === undefined ? otherwise : has(list, name, String(value), where);
  };
  const own = native.lang === 'en' ? 'en-US' : 'zh-CN';
  const tag = (text) => {
    if (typeof text !== 'string' && (typeof text !== 'object' || text === null)) throw new TypeError('语言标签应为字符串');
    text = String(text);
    if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(text)) throw new RangeError(`无效的语言标签 “${text}”`);
    return text
      .split('-')
      .map((s, i) => (i === 0 ? s.toLowerCase() : s.length === 2 ? s.toUpperCase() : s.length === 4 ? s[0].toUpperCase() + s.slice(1).toLowerCase() : s))
      .join('-');
  };
  const known = { zh: 'zh-CN', 'zh-CN': 'zh-CN', 'zh-Hans': 'zh-CN', 'zh-Hans-CN': 'zh-CN', en: 'en-US', 'en-US': 'en-US' };
  const list = (locales) => (locales === undefined ? [] : Array.from(typeof locales === 'string' || !(Symbol.iterator in Object(locales)) ? [locales] : locales, tag));
  /** The first locale is what is meant; another than ours would come out wrong, so it is refused. */
  const locale = (locales) => {
    const [first] = list(locales);
    if (first === undefined) return own;
    const bare = first.split('-u-')[0];
    if (!known[bare] || bare !== first) throw new RangeError(`Intl 在 qinghost 中只支持 zh-CN 和 en-US, 收到 “${first}”`);
    return known[bare];
  };
  const supported = (locales) => list(locales).filter((l) => known[l]);
  const integer = (value, from, to, name) => {
    const n = Math.floor(Number(value));
    if (!(n >= from && n <= to)) throw new RangeError(`${name} 应在 ${from} 和 ${to} 之间, 收到 ${value}`);
    return n;
  };
  const refuse = (options, names, where) => {
    for (const name of names) if (options[name] !== undefined) throw new RangeError(`${where}: 选项 ${name} 在 qinghost 中还不支持`);
  };
  const pairs = (flat) => {
    const parts = [];
    for (let i = 0; i < flat.length; i += 2) parts.push({ type: flat[i], value: flat[i + 1] });
    return parts;
  };
  const object = (options) => (options === undefined ? {} : Object(options));

  // -- numbers

  const fractions = { JPY: 0, KRW: 0, VND: 0 };
  function numberOptions(locales, given) {
    const where = 'Intl.NumberFormat';
    const o = object(given);
    const r = { locale: locale(locales), numberingSystem: 'latn' };
    refuse(o, ['roundingIncrement', 'roundingMode', 'roundingPriority', 'trailingZeroDisplay'].filter((n) => !['auto', 'halfExpand', 1].includes(o[n])), where);
    if (o.numberingSystem !== undefined) has(['latn'], 'numberingSystem', o.numberingSystem, where);
    r.style = pick(o, 'style', ['decimal', 'percent', 'currency', 'unit'], 'decimal', where);
    if (o.currency !== undefined && !/^[a-z]{3}$/i.test(o.currency)) throw new RangeError(`${where}: 无效的货币代码 “${o.currency}”`);
    if (r.style === 'currency') {
      if (o.currency === undefined) throw new TypeError(`${where}: style 是 'currency' 时应给出 currency`);
      r.currency = String(o.currency).toUpperCase();
      if (!native.known(r.currency)) throw new RangeError(`${where}: 货币 “${r.currency}” 在 qinghost 中还不支持`);
      r.currencyDisplay = pick(o, 'currencyDisplay', ['symbol', 'narrowSymbol', 'code', 'name'], 'symbol', where);
      r.currencySign = pick(o, 'currencySign', ['standard', 'accounting'], 'standard', where);
    }
    if (r.style === 'unit') {
      if (o.unit === undefined) throw new TypeError(`${where}: style 是 'unit' 时应给出 unit`);
      r.unit = String(o.unit);
      if (!native.known(r.unit)) throw new RangeError(`${where}: 单位 “${r.unit}” 无效, 或在 qinghost 中还不支持`);
      r.unitDisplay = pick(o, 'unitDisplay', ['short', 'narrow', 'long'], 'short', where);
    }
    r.notation = pick(o, 'notation', ['standard', 'scientific', 'engineering', 'compact'], 'standard', where);
    const compact = r.notation === 'compact';
    r.compactDisplay = pick(o, 'compactDisplay', ['short', 'long'], 'short', where);
    r.minimumIntegerDigits = o.minimumIntegerDigits === undefined ? 1 : integer(o.minimumIntegerDigits, 1, 21, 'minimumIntegerDigits');
    const { minimumFractionDigits: lowest, maximumFractionDigits: highest } = o;
    const money = r.style === 'currency' && r.notation === 'standard' ? (r.currency in fractions ? fractions[r.currency] : 2) : 0;
    let min = lowest === undefined ? money : integer(lowest, 0, 100, 'minimumFractionDigits');
    const usual = r.style === 'currency' && r.notation === 'standard' ? money : r.style === 'percent' || compact ? 0 : 3;
    let max = highest === undefined ? Math.max(min, usual) : integer(highest, 0, 100, 'maximumFractionDigits');
    if (lowest === undefined) min = Math.min(min, max);
    if (min > max) throw new RangeError(`maximumFractionDigits 应不小于 minimumFractionDigits, 收到 ${highest}`);
    r.minimumFractionDigits = min;
    r.maximumFractionDigits = max;
    if (o.minimumSignificantDigits !== undefined || o.maximumSignificantDigits !== undefined) {
      r.minimumSignificantDigits = o.minimumSignificantDigits === undefined ? 1 : integer(o.minimumSignificantDigits, 1, 21, 'minimumSignificantDigits');
      r.maximumSignificantDigits = o.maximumSignificantDigits === undefined ? 21 : integer(o.maximumSignificantDigits, r.minimumSignificantDigits, 21, 'maximumSignificantDigits');
      delete r.minimumFractionDigits;
      delete r.maximumFractionDigits;
    } else if (compact && lowest === undefined && highest === undefined) r.compactRounding = true;
    const grouping = o.useGrouping === undefined ? (compact ? 'min2' : 'auto') : o.useGrouping === true ? 'always' : o.useGrouping === false ? 'false' : String(o.useGrouping);
    r.useGrouping = has(['auto', 'always', 'min2', 'false', 'true'], 'useGrouping', grouping, where);
    r.signDisplay = pick(o, 'signDisplay', ['auto', 'always', 'never', 'exceptZero', 'negative'], 'auto', where);
    return r;
  }
  const numeric = (value) => (typeof value === 'bigint' ? value : Number(value));
  class NumberFormat {
    #options;
    #made;
    constructor(locales, options) {
      this.#options = numberOptions(locales, options);
      this.#made = native.numberFormat(JSON.stringify(this.#options));
    }
    get format() {
      return (value) => this.#made.format(numeric(value));
    }
    formatToParts(value) {
      return pairs(this.#made.parts(numeric(value)));
    }
    resolvedOptions() {
      const { compactRounding, ...rest } = this.#options;
      if (rest.useGrouping === 'false') rest.useGrouping = false;
      if (rest.notation !== 'compact') delete rest.compactDisplay;
      return rest;
    }
    static supportedLocalesOf(locales) {
      return supported(locales);
    }
  }

  // -- dates

  const styles = {
    full: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', at: true },
    long: { year: 'numeric', month: 'long', day: 'numeric', at: true },
    medium: { year: 'numeric', month: 'short', day: 'numeric' },
    short: { year: '2-digit', month: 'numeric', day: 'numeric' },
  };
  const clocks = { full: 'long', long: 'short', medium: undefined, short: undefined };
  const units = { weekday: ['long', 'short', 'narrow'], year: ['numeric', '2-digit'], month: ['numeric', '2-digit', 'long', 'short', 'narrow'], day: ['numeric', '2-digit'], hour: ['numeric', '2-digit'], minute: ['numeric', '2-digit'], second: ['numeric', '2-digit'] };
  const dates = ['weekday', 'year', 'month', 'day'];
  const times = ['hour', 'minute', 'second', 'fractionalSecondDigits'];
  function dateOptions(locales, given, needed, defaults) {
    const where = 'Intl.DateTimeFormat';
    const o = object(given);
    const r = { locale: locale(locales), calendar: 'gregory', numberingSystem: 'latn' };
    refuse(o, ['era', 'dayPeriod'], where);
    if (o.calendar !== undefined) has(['gregory'], 'calendar', o.calendar, where);
    if (o.numberingSystem !== undefined) has(['latn'], 'numberingSystem', o.numberingSystem, where);
    r.timeZone = native.timeZone(o.timeZone === undefined ? undefined : String(o.timeZone));
    if (!r.timeZone) throw new RangeError(`${where}: 没有时区 “${o.timeZone}”`);
    for (const name of Object.keys(units)) {
      const value = pick(o, name, units[name], undefined, where);
      if (value !== undefined) r[name] = value;
    }
    if (o.fractionalSecondDigits !== undefined) r.fractionalSecondDigits = integer(o.fractionalSecondDigits, 1, 3, 'fractionalSecondDigits');
    const zoneName = pick(o, 'timeZoneName', ['short', 'long', 'shortOffset', 'longOffset'], undefined, where);
    const names = ['full', 'long', 'medium', 'short'];
    const [dateStyle, timeStyle] = [pick(o, 'dateStyle', names, undefined, where), pick(o, 'timeStyle', names, undefined, where)];
    if (dateStyle || timeStyle) {
      const clash = [...dates, ...times].find((name) => r[name] !== undefined) || (zoneName && 'timeZoneName');
      if (clash) throw new TypeError(`${where}: dateStyle 和 timeStyle 不能与 ${clash} 一起用`);
      if (needed === 'date' && timeStyle) throw new TypeError('toLocaleDateString 不能用 timeStyle');
      if (needed === 'time' && dateStyle) throw new TypeError('toLocaleTimeString 不能用 dateStyle');
      Object.assign(r, styles[dateStyle]);
      if (dateStyle === 'short' && r.locale === 'zh-CN') r.year = 'numeric';
      if (timeStyle) {
        Object.assign(r, { hour: 'numeric', minute: 'numeric' });
        if (timeStyle !== 'short') r.second = '2-digit';
        if (clocks[timeStyle]) r.timeZoneName = clocks[timeStyle];
      }
    } else {
      const missing = (list) => list.every((name) => r[name] === undefined);
      if ((needed !== 'time' && !missing(dates)) || (needed !== 'date' && !missing(times))) {
        /* as asked for */
      } else {
        if (defaults !== 'time') r.year = r.month = r.day = 'numeric';
        if (defaults !== 'date') r.hour = r.minute = r.second = 'numeric';
      }
      if (zoneName) r.timeZoneName = zoneName;
      r.at = r.month === 'long';
      if (r.day && (r.year ? !r.month : false)) throw new RangeError(`${where}: 有 year 和 day 而没有 month 的组合在 qinghost 中还不支持`);
      if (r.year && !r.month && r.weekday && r.day) throw new RangeError(`${where}: 这种组合在 qinghost 中还不支持`);
    }
    if (r.timeZoneName === 'long' && !['UTC', 'Asia/Shanghai'].includes(r.timeZone)) {
      throw new RangeError(`${where}: 时区 ${r.timeZone} 的全名在 qinghost 中还不支持, 只有 UTC 和 Asia/Shanghai 有`);
    }
    if (r.hour !== undefined) {
      const cycle = pick(o, 'hourCycle', ['h11', 'h12', 'h23', 'h24'], r.locale === 'zh-CN' ? 'h23' : 'h12', where);
      r.hourCycle = o.hour12 === undefined ? cycle : o.hour12 ? (r.locale === 'zh-CN' ? 'h11' : 'h12') : r.locale === 'zh-CN' ? 'h23' : 'h24';
      if (timeStyle && r.hourCycle === 'h23') r.hour = '2-digit';
      r.hour12 = r.hourCycle === 'h11' || r.hourCycle === 'h12';
    }
    return { r, dateStyle, timeStyle };
  }
  const moment = (value) => {
    const ms = value === undefined ? Date.now() : Number(value);
    if (!(Math.abs(ms) <= 8.64e15)) throw new RangeError('无效的时间');
    return ms;
  };
  class DateTimeFormat {
    #options;
    #made;
    constructor(locales, options, needed = 'any', defaults = 'date') {
      this.#options = dateOptions(locales, options, needed, defaults);
      this.#made = native.dateFormat(JSON.stringify(this.#options.r));
    }
    get format() {
      return (value) => this.#made.format(moment(value));
    }
    formatToParts(value) {
      return pairs(this.#made.parts(moment(value)));
    }
    formatRange() {
      throw new TypeError('Intl.DateTimeFormat.formatRange 在 qinghost 中还不支持');
    }
    formatRangeToParts() {
      throw new TypeError('Intl.DateTimeFormat.formatRangeToParts 在 qinghost 中还不支持');
    }
    resolvedOptions() {
      const { r, dateStyle, timeStyle } = this.#options;
      const { at, ...rest } = r;
      if (!dateStyle && !timeStyle) return rest;
      for (const name of [...dates, ...times, 'timeZoneName']) delete rest[name];
      return Object.assign(rest, dateStyle && { dateStyle }, timeStyle && { timeStyle });
    }
    static supportedLocalesOf(locales) {
      return supported(locales);
    }
  }

  // -- the smaller ones

  const collationOptions = (locales, given) => {
    const o = object(given);
    const where = 'Intl.Collator';
    refuse(o, ['ignorePunctuation', 'caseFirst', 'collation'].filter((n) => ![false, 'false', 'default'].includes(o[n])), where);
    return {
      locale: locale(locales), numeric: !!o.numeric, usage: pick(o, 'usage', ['sort', 'search'], 'sort', where),
      sensitivity: pick(o, 'sensitivity', ['base', 'accent', 'case', 'variant'], 'variant', where),
    };
  };
  const collation = (locales, options) => JSON.stringify(collationOptions(locales, options));
  class Collator {
    #options;
    constructor(locales, options) {
      this.#options = collationOptions(locales, options);
    }
    get compare() {
      return (a, b) => native.collate(String(a), String(b), this.#options.locale, this.#options);
    }
    resolvedOptions() {
      return { ...this.#options, ignorePunctuation: false, collation: 'default', caseFirst: 'false' };
    }
    static supportedLocalesOf(locales) {
      return supported(locales);
    }
  }

  class PluralRules {
    #locale;
    #type;
    constructor(locales, options) {
      this.#locale = locale(locales);
      this.#type = pick(object(options), 'type', ['cardinal', 'ordinal'], 'cardinal', 'Intl.PluralRules');
    }
    select(value) {
      const n = Math.abs(Number(value));
      if (this.#locale === 'zh-CN') return 'other';
      if (this.#type === 'cardinal') return n === 1 ? 'one' : 'other';
      const teen = n % 100 >= 11 && n % 100 <= 13;
      return (!teen && { 1: 'one', 2: 'two', 3: 'few' }[n % 10]) || 'other';
    }
    resolvedOptions() {
      return { locale: this.#locale, type: this.#type };
    }
    static supportedLocalesOf(locales) {
      return supported(locales);
    }
  }

  const spans = {
    second: ['秒钟', 'sec.', 's'], minute: ['分钟', 'min.', 'm'], hour: ['小时', 'hr.', 'h'], day: ['天', '', 'd'],
    week: ['周', 'wk.', 'w'], month: ['个月', 'mo.', 'mo'], quarter: ['个季度', 'qtr.', 'q'], year: ['年', 'yr.', 'y'],
  };
  const special = {
    'zh-CN': { 'second 0': '现在', 'minute 0': '此刻', 'hour 0': '这一时间 / 此时', 'day 0': '今天', 'day 1': '明天', 'day -1': '昨天', 'day 2': '后天', 'day -2': '前天', 'week 0': '本周', 'week 1': '下周', 'week -1': '上周', 'month 0': '本月', 'month 1': '下个月', 'month -1': '上个月', 'quarter 0': '本季度', 'quarter 1': '下季度', 'quarter -1': '上季度', 'year 0': '今年', 'year 1': '明年', 'year -1': '去年' },
    'en-US': { 'second 0': 'now', 'minute 0': 'this minute', 'hour 0': 'this hour', 'day 0': 'today', 'day 1': 'tomorrow', 'day -1': 'yesterday' },
  };
  for (const unit of ['week', 'month', 'quarter', 'year']) {
    Object.assign(special['en-US'], { [`${unit} 0`]: `this ${unit}`, [`${unit} 1`]: `next ${unit}`, [`${unit} -1`]: `last ${unit}` });
  }
  class RelativeTimeFormat {
    #locale;
    #style;
    #numeric;
    #number;
    constructor(locales, options) {
      const o = object(options);
      this.#locale = locale(locales);
      this.#style = pick(o, 'style', ['long', 'short', 'narrow'], 'long', 'Intl.RelativeTimeFormat');
      this.#numeric = pick(o, 'numeric', ['always', 'auto'], 'always', 'Intl.RelativeTimeFormat');
      this.#number = new NumberFormat(this.#locale);
    }
    format(value, unit) {
      const n = Number(value);
      const span = String(unit).replace(/s$/, '');
      if (!spans[span]) throw new RangeError(`Intl.RelativeTimeFormat: 无效的单位 “${unit}”`);
      if (!Number.isFinite(n)) throw new RangeError('Intl.RelativeTimeFormat: 应为有限的数');
      if (this.#numeric === 'auto' && this.#style === 'long') {
        const word = special[this.#locale][`${span} ${n}`];
        if (word) return word;
      } else if (this.#numeric === 'auto' && special[this.#locale][`${span} ${n}`]) {
        throw new RangeError(`Intl.RelativeTimeFormat: numeric 'auto' 与 style '${this.#style}' 的组合在 qinghost 中还不支持`);
      }
      const past = n < 0 || Object.is(n, -0);
      const text = this.#number.format(Math.abs(n));
      const [zh, short, narrow] = spans[span];
      if (this.#locale === 'zh-CN') return text + (this.#style !== 'long' && span === 'second' ? '秒' : zh) + (past ? '前' : '后');
      const plural = Math.abs(n) === 1 ? span : span + 's';
      const word = this.#style === 'narrow' ? narrow : ' ' + ((this.#style === 'short' && (span === 'quarter' && Math.abs(n) !== 1 ? 'qtrs.' : short)) || plural);
      return past ? `${text}${word} ago` : `in ${text}${word}`;
    }
    resolvedOptions() {
      return { locale: this.#locale, style: this.#style, numeric: this.#numeric, numberingSystem: 'latn' };
    }
    static supportedLocalesOf(locales) {
      return supported(locales);
    }
  }

  const joints = {
    'zh-CN': { conjunction: ['和', '和'], disjunction: ['或', '或'], unit: ['', ''] },
    'en-US': { conjunction: [' and ', ', and '], disjunction: [' or ', ', or '], unit: [', ', ', '] },
  };
  class ListFormat {
    #locale;
    #type;
    #style;
    constructor(locales, options) {
      const o = object(options);
      this.#locale = locale(locales);
      this.#type = pick(o, 'type', ['conjunction', 'disjunction', 'unit'], 'conjunction', 'Intl.ListFormat');
      this.#style = pick(o, 'style', ['long', 'short', 'narrow'], 'long', 'Intl.ListFormat');
    }
    format(list) {
      return this.formatToParts(list).map((p) => p.value).join('');
    }
    formatToParts(list) {
      const zh = this.#locale === 'zh-CN';
      let [two, last] = joints[this.#locale][this.#type];
      let between = zh ? (this.#type === 'unit' ? '' : '、') : ', ';
      if (this.#type === 'conjunction' && this.#style === 'narrow') [two, last] = [between, between];
      else if (!zh && this.#type === 'conjunction' && this.#style === 'short') [two, last] = [' & ', ', & '];
      else if (!zh && this.#type === 'unit' && this.#style === 'narrow') two = last = between = ' ';
      const items = Array.from(list, String);
      const parts = [];
      items.forEach((value, i) => {
        const joint = i === 0 ? '' : items.length === 2 ? two : i === items.length - 1 ? last : between;
        if (joint) parts.push({ type: 'literal', value: joint });
        parts.push({ type: 'element', value });
      });
      return parts;
    }
    resolvedOptions() {
      return { locale: this.#locale, type: this.#type, style: this.#style };
    }
    static supportedLocalesOf(locales) {
      return supported(locales);
    }
  }

  // Old code calls them without new.
  const callable = (Class, plain) =>
    plain
      ? new Proxy(Class, { apply: (target, self, args) => new Class(...args) })
      : Class;
  const Intl = {};
  native.define(Intl, {
    NumberFormat: callable(NumberFormat, true), DateTimeFormat: callable(DateTimeFormat, true), Collator: callable(Collator, true),
    PluralRules, RelativeTimeFormat, ListFormat,
    getCanonicalLocales: list,
    supportedValuesOf() {
      throw new TypeError('Intl.supportedValuesOf 在 qinghost 中还不支持');
    },
  });
  Object.defineProperty(Intl, Symbol.toStringTag, { value: 'Intl', configurable: true });

  // Lists are formatted value by value with the same options: the last formatters are kept.
  const kept = new Map();
  const cached = (key, make) => {
    let made = kept.get(key);
    if (!made) {
      if (kept.size > 50) kept.clear();
      kept.set(key, (made = make()));
    }
    return made;
  };
  return {
    Intl, collation,
    /** toLocaleString and its like. */
    locale(value, kind, locales, options, defaults) {
      const key = JSON.stringify([kind, locales, options, defaults]);
      if (kind === 'number') return cached(key, () => new NumberFormat(locales, options)).format(value);
      if (value !== value) return 'Invalid Date';
      const needed = defaults === 'all' ? 'any' : defaults;
      return cached(key, () => new DateTimeFormat(locales, options, needed, defaults)).format(value);
    },
  };
});
