// Expectations that ours and Jest's must judge alike: expect_test.go runs them in goja with web/src/test, and in Node with
// the npm package. A case is [title, function, compares]: whether the message is compared too. What the function throws, or
// the promise that it returns rejects with, is the outcome.
(function (expect, fn) {
  const cases = [];
  const say = (title, run) => cases.push([title, run, true]);
  const only = (title, run) => cases.push([title, run, false]);

  class Person {
    constructor(name) {
      this.name = name;
    }
  }
  class Manager extends Person {}
  class CodeError extends Error {}
  const cycle = (name) => {
    const o = { name };
    o.self = o;
    return o;
  };
  const tag = Symbol('标记');

  // -- every pair of these by some kind of equality, and each with itself by all

  const values = {
    undefined: undefined, null: null, true: true, 0: 0, '-0': -0, 1: 1, NaN: NaN, '""': '', 中文: '中文', '"1"': '1', '1n': BigInt(1),
    boxed: new Number(1), symbol: tag,
    '{}': {}, '{a}': { a: 1 }, '{a,b}': { a: 1, b: '二' }, '{b,a}': { b: '二', a: 1 }, '{a,undefined}': { a: 1, b: undefined },
    '{a:{b}}': { a: { b: [1, 2] } }, '{a:{b},c}': { a: { b: [1, 2], x: 1 }, c: 3 }, '{symbol}': { [tag]: 1 }, '{symbol2}': { [tag]: 2 },
    '[]': [], '[1,2]': [1, 2], '[2,1]': [2, 1], '[undefined]': [undefined], '[ , ]': new Array(1), '[,1]': [, 1], '[undefined,1]': [undefined, 1],
    '[{a}]': [{ a: 1 }], '[{a,b}]': [{ a: 1, b: '二' }],
    person: new Person('张三丰'), person2: new Person('李四'), manager: new Manager('张三丰'), plain: { name: '张三丰' },
    'no prototype': Object.assign(Object.create(null), { name: '张三丰' }),
    date: new Date(1522729800000), date2: new Date(0), badDate: new Date(NaN),
    regex: /中+/g, regex2: /中+/i,
    error: new Error('坏了'), error2: new Error('又坏了'), typeError: new TypeError('坏了'),
    'Map': new Map([['a', 1], ['b', { c: 2 }]]), 'Map2': new Map([['b', { c: 2 }], ['a', 1]]), 'Map3': new Map([['a', 1]]),
    'Map keys': new Map([[{ k: 1 }, 1]]), 'Map keys2': new Map([[{ k: 1 }, 1]]),
    'Set': new Set([1, { a: 1 }]), 'Set2': new Set([{ a: 1 }, 1]), 'Set3': new Set([1]),
    bytes: new Uint8Array([1, 2]), bytes2: new Uint8Array([1, 3]), words: new Uint16Array([1, 2]),
    cycle: cycle('甲'), cycle2: cycle('甲'), cycle3: cycle('乙'),
    getter: { get a() { return 1; } }, function: Math.max, iterable: { *[Symbol.iterator]() { yield 1; } },
  };
  const names = Object.keys(values);
  const equalities = [
    (a, b) => say(`${a} toBe ${b}`, () => expect(values[a]).toBe(values[b])),
    (a, b) => say(`${a} toEqual ${b}`, () => expect(values[a]).toEqual(values[b])),
    (a, b) => say(`${a} not.toEqual ${b}`, () => expect(values[a]).not.toEqual(values[b])),
    (a, b) => say(`${a} toStrictEqual ${b}`, () => expect(values[a]).toStrictEqual(values[b])),
    (a, b) => say(`${a} toMatchObject ${b}`, () => expect(values[a]).toMatchObject(values[b])),
    (a, b) => say(`${a} toEqual in objects ${b}`, () => expect({ v: [values[a]] }).toEqual({ v: [values[b]] })),
    (a, b) => only(`${a} toStrictEqual in sets ${b}`, () => expect(new Set([[values[a]]])).toStrictEqual(new Set([[values[b]]]))),
    (a, b) => only(`${a} toContain ${b}`, () => expect([0, values[a]]).toContain(values[b])),
    (a, b) => only(`${a} toContainEqual ${b}`, () => expect([7, values[a]]).toContainEqual(values[b])),
    (a, b) => only(`${a} toHaveProperty ${b}`, () => expect({ x: { y: values[a] } }).toHaveProperty('x.y', values[b])),
  ];
  names.forEach((a, i) =>
    names.forEach((b, j) => {
      equalities.forEach((equality, k) => {
        // Neighbours in the list are alike: there the kinds differ most.
        if (Math.abs(i - j) < 3 || (i * 7 + j) % equalities.length === k) equality(a, b);
      });
    }),
  );

  // -- every value, by what asks for no other

  for (const a of names) {
    for (const matcher of ['toBeTruthy', 'toBeFalsy', 'toBeNull', 'toBeUndefined', 'toBeDefined', 'toBeNaN']) {
      say(`${a} ${matcher}`, () => expect(values[a])[matcher]());
      say(`${a} not.${matcher}`, () => expect(values[a]).not[matcher]());
      say(`${a} ${matcher}(1)`, () => expect(values[a])[matcher](1));
    }
    for (const type of [String, Number, Boolean, Object, Array, Function, Symbol, Date, Map, Person, Error, BigInt]) {
      say(`${a} toEqual any ${type.name}`, () => expect(values[a]).toEqual(expect.any(type)));
      say(`${a} toBeInstanceOf ${type.name}`, () => expect(values[a]).toBeInstanceOf(type));
      say(`${a} not.toBeInstanceOf ${type.name}`, () => expect(values[a]).not.toBeInstanceOf(type));
    }
    say(`${a} anything`, () => expect(values[a]).toEqual(expect.anything()));
    say(`${a} toHaveLength 1`, () => expect(values[a]).toHaveLength(1));
    say(`${a} toMatch`, () => expect(values[a]).toMatch('中'));
    say(`toMatch ${a}`, () => expect('中文').toMatch(values[a]));
    say(`${a} toBeGreaterThan`, () => expect(values[a]).toBeGreaterThan(0));
    say(`toBeLessThanOrEqual ${a}`, () => expect(5).toBeLessThanOrEqual(values[a]));
    say(`${a} toBeCloseTo`, () => expect(values[a]).toBeCloseTo(1));
    say(`${a} toContain`, () => expect(values[a]).toContain('文'));
    say(`${a} toHaveProperty a`, () => expect(values[a]).toHaveProperty('a'));
    say(`${a} toThrow`, () => expect(values[a]).toThrow());
    say(`${a} toHaveBeenCalled`, () => expect(values[a]).toHaveBeenCalled());
    say(`${a} resolves`, () => expect(values[a]).resolves.toBe(1));
    say(`throws ${a}`, () => expect(() => { throw values[a]; }).toThrow());
    say(`not throws ${a}`, () => expect(() => { throw values[a]; }).not.toThrow());
    say(`throws ${a} as text`, () => expect(() => { throw values[a]; }).toThrow('没有'));
    say(`throws ${a} as class`, () => expect(() => { throw values[a]; }).toThrow(TypeError));
    say(`rejects with ${a}`, () => expect(Promise.reject(values[a])).rejects.toEqual(1));
    say(`resolves to ${a}`, () => expect(Promise.resolve(values[a])).resolves.toEqual('二'));
    say(`${a} not rejected`, () => expect(Promise.resolve(values[a])).rejects.toEqual(1));
    say(`${a} not resolved`, () => expect(Promise.reject(values[a])).resolves.toEqual(1));
  }

  // -- messages of everyday failures

  const meeting = { id: 1, title: '周会', people: [{ openId: 'oid-1', name: '张三丰' }, { openId: 'oid-2', name: '李四' }], room: null };
  say('objects', () => expect(meeting).toEqual({ ...meeting, title: '月会' }));
  say('a missing field', () => expect(meeting).toEqual({ id: 1, title: '周会', people: meeting.people }));
  say('an added person', () => expect(meeting.people).toEqual(meeting.people.concat({ openId: 'oid-3', name: '王五' })));
  say('a removed person', () => expect(meeting.people).toEqual(meeting.people.slice(1)));
  say('toMatchObject', () => expect(meeting).toMatchObject({ title: '月会', people: [{ name: '张三丰' }, { name: '王五' }] }));
  say('not.toMatchObject', () => expect(meeting).not.toMatchObject({ title: '周会' }));
  say('asymmetric parts', () => expect(meeting).toEqual({ id: expect.any(Number), title: '月会', people: expect.any(Array), room: null }));
  say('asymmetric list', () => expect(meeting.people).toEqual(expect.arrayContaining([expect.objectContaining({ name: '王五' })])));
  say('not asymmetric', () => expect(meeting).not.toEqual(expect.objectContaining({ title: '周会' })));
  say('strings', () => expect('周会改期').toBe('月会改期'));
  say('toBe of equal objects', () => expect({ a: 1 }).toBe(Object.assign({}, { a: 1 })));
  say('toBe of nearly equal objects', () => expect({ a: 1, b: undefined }).toBe(Object.assign({}, { a: 1 })));
  say('not.toBe', () => expect('周会').not.toBe('周会'));
  say('quotes', () => expect('说"好"\\').toBe('说"不好"\\'));
  say('long list', () => expect(Array.from({ length: 60 }, (_, i) => i)).toEqual(Array.from({ length: 60 }, (_, i) => (i === 30 ? -1 : i))));
  say('two distant changes', () => expect(Array.from({ length: 60 }, (_, i) => i)).toEqual(Array.from({ length: 60 }, (_, i) => (i === 5 || i === 50 ? -1 : i))));
  say('long objects on one line', () => expect(Array.from({ length: 30 }, (_, i) => ({ i }))).not.toContainEqual({ i: 3 }));
  say('nested depth', () => expect({ a: { b: { c: { d: { e: { f: 1 } } } } } }).toEqual({ a: { b: { c: { d: { e: { f: 2 } } } } } }));
  say('types', () => expect(new Person('张三丰')).toStrictEqual({ name: '张三丰' }));
  say('toJSON', () => expect({ at: new Date(0) }).toEqual({ at: new Date(1) }));
  only('lines', () => expect('一\n二\n三').toBe('一\n贰\n三'));
  say('a map', () => expect(new Map([['甲', 1], ['乙', 2]])).toEqual(new Map([['甲', 1], ['乙', 3]])));
  say('a set', () => expect(new Set(['甲', '乙'])).toEqual(new Set(['甲', '丙'])));
  say('trailing space', () => expect('好 ').toBe('好'));

  for (const [r, e] of [[1, 2], [2, 1], [1, 1], [BigInt(3), 2], ['1', 2], [1, null], [Infinity, 1]]) {
    for (const matcher of ['toBeGreaterThan', 'toBeGreaterThanOrEqual', 'toBeLessThan', 'toBeLessThanOrEqual']) {
      say(`${r} ${matcher} ${e}`, () => expect(r)[matcher](e));
      say(`${r} not.${matcher} ${e}`, () => expect(r).not[matcher](e));
    }
  }
  for (const [r, e, ...digits] of [[0.3, 0.1 + 0.2], [1, 1.1], [1, 1.004], [1, 1.006], [1, 1.2, 0], [1e-9, 0, 9], [Infinity, Infinity], [Infinity, -Infinity], [1, 1]]) {
    say(`${r} toBeCloseTo ${e} ${digits}`, () => expect(r).toBeCloseTo(e, ...digits));
    say(`${r} not.toBeCloseTo ${e} ${digits}`, () => expect(r).not.toBeCloseTo(e, ...digits));
    only(`${r} closeTo ${e} ${digits}`, () => expect({ r }).toEqual({ r: expect.closeTo(e, ...digits) }));
    only(`${r} not.closeTo ${e} ${digits}`, () => expect({ r }).toEqual({ r: expect.not.closeTo(e, ...digits) }));
  }

  say('toMatch', () => expect('没有直播权限').toMatch(/会议/));
  say('toMatch a string', () => expect('没有直播权限').toMatch('会议'));
  say('not.toMatch', () => expect('没有直播权限').not.toMatch(/直播/));
  say('not.toMatch a string', () => expect('没有直播权限').not.toMatch('直播'));
  say('toContain', () => expect(['甲', '乙']).toContain('丙'));
  say('not.toContain', () => expect(['甲', '乙']).not.toContain('乙'));
  say('toContain of a string', () => expect('甲乙').toContain('丙'));
  say('not.toContain of a string', () => expect('甲乙').not.toContain('乙'));
  say('toContain for toContainEqual', () => expect([{ a: 1 }]).toContain({ a: 1 }));
  say('toContain of a set', () => expect(new Set([1])).toContain(2));
  say('toContain a number in a string', () => expect('a1').toContain(1));
  say('toContainEqual', () => expect([{ a: 1 }]).toContainEqual({ a: 2 }));
  say('not.toContainEqual', () => expect([{ a: 1 }]).not.toContainEqual({ a: 1 }));
  say('toHaveLength', () => expect(['甲']).toHaveLength(2));
  say('not.toHaveLength', () => expect('甲').not.toHaveLength(1));
  say('toHaveLength(-1)', () => expect([]).toHaveLength(-1));

  const tree = { rooms: [{ name: '大会议室', seats: 0 }], 'a.b': 1, none: undefined, f: Object.assign(() => 1, { x: 1 }) };
  for (const path of ['rooms', 'rooms[0].name', 'rooms.0.seats', 'rooms[1].name', 'a.b', ['a.b'], 'none', 'nothing', 'none.more', '', '.rooms', [], ['rooms', 0, 'name'], 'rooms[0].name.length', 'f.x', 5, 'rooms..name']) {
    const title = JSON.stringify(path);
    say(`toHaveProperty ${title}`, () => expect(tree).toHaveProperty(path));
    say(`not.toHaveProperty ${title}`, () => expect(tree).not.toHaveProperty(path));
    say(`toHaveProperty ${title} 大会议室`, () => expect(tree).toHaveProperty(path, '大会议室'));
    say(`not.toHaveProperty ${title} 大会议室`, () => expect(tree).not.toHaveProperty(path, '大会议室'));
    say(`toHaveProperty ${title} undefined`, () => expect(tree).toHaveProperty(path, undefined));
  }

  // -- toThrow

  const thrower = (error) => () => { throw error; };
  const subjects = {
    nothing: () => 1, error: thrower(new Error('没有直播权限')), typeError: thrower(new TypeError('没有')), code: thrower(new CodeError('没有直播权限')),
    text: thrower('没有'), object: thrower({ message: '没有直播权限', errorCode: '1003' }),
  };
  const wants = {
    text: '直播', other: '会议', regex: /直播/, otherRegex: /^会议/, Error, TypeError, CodeError, error: new Error('没有直播权限'),
    otherError: new Error('会议'), code: new CodeError('没有直播权限'), object: { message: '没有直播权限' }, matcher: expect.objectContaining({ message: '没有直播权限' }),
    number: 5, null: null,
  };
  for (const s of Object.keys(subjects)) {
    for (const w of Object.keys(wants)) {
      say(`${s} toThrow ${w}`, () => expect(subjects[s]).toThrow(wants[w]));
      say(`${s} not.toThrow ${w}`, () => expect(subjects[s]).not.toThrow(wants[w]));
    }
    say(`${s} toThrow`, () => expect(subjects[s]).toThrow());
    say(`${s} not.toThrow`, () => expect(subjects[s]).not.toThrow());
    only(`${s} rejects.toThrow`, () => expect((async () => subjects[s]())()).rejects.toThrow('没有'));
    only(`${s} rejects.not.toThrow`, () => expect((async () => subjects[s]())()).rejects.not.toThrow('会议'));
    only(`${s} function rejects.toThrow`, () => expect(async () => subjects[s]()).rejects.toThrow());
  }

  // -- promises

  say('resolves', () => expect(Promise.resolve('甲')).resolves.toBe('乙'));
  say('resolves.not', () => expect(Promise.resolve('甲')).resolves.not.toBe('甲'));
  say('resolves well', () => expect(Promise.resolve('甲')).resolves.toBe('甲'));
  say('resolves, but rejects', () => expect(Promise.reject(new Error('坏了'))).resolves.toBe('甲'));
  say('rejects', () => expect(Promise.reject({ errorCode: '1003' })).rejects.toEqual({ errorCode: '1004' }));
  say('rejects well', () => expect(Promise.reject({ errorCode: '1003' })).rejects.toMatchObject({ errorCode: '1003' }));
  say('rejects, but resolves', () => expect(Promise.resolve('甲')).rejects.toBe('甲'));

  // -- asymmetric matchers

  const matchers = {
    arrayContaining: expect.arrayContaining([1, '甲']), notArrayContaining: expect.not.arrayContaining([1]), arrayOf: expect.arrayOf(expect.any(Number)),
    notArrayOf: expect.not.arrayOf(1), empty: expect.arrayContaining([]),
    objectContaining: expect.objectContaining({ a: 1 }), notObjectContaining: expect.not.objectContaining({ a: 1 }), nested: expect.objectContaining({ a: expect.anything() }),
    stringContaining: expect.stringContaining('文'), notStringContaining: expect.not.stringContaining('文'),
    stringMatching: expect.stringMatching(/^中/), stringMatchingText: expect.stringMatching('文'), notStringMatching: expect.not.stringMatching(/^中/),
    closeTo: expect.closeTo(1.001), notCloseTo: expect.not.closeTo(1.001, 5),
  };
  for (const m of Object.keys(matchers)) {
    for (const a of names) {
      say(`${a} toEqual ${m}`, () => expect(values[a]).toEqual(matchers[m]));
      only(`${m} toEqual ${a}`, () => expect(matchers[m]).toEqual(values[a]));
      only(`field ${a} toEqual ${m}`, () => expect({ x: 1, v: values[a] }).toEqual({ v: matchers[m], x: 1 }));
    }
    say(`missing field toEqual ${m}`, () => expect({ x: 1 }).toEqual({ v: matchers[m], x: 1 }));
    say(`missing field toStrictEqual ${m}`, () => expect({ x: 1 }).toStrictEqual({ v: matchers[m], x: 1 }));
  }
  for (const wrong of [() => expect.any(), () => expect.stringContaining(5), () => expect.stringMatching(5), () => expect.closeTo('1')]) say(String(wrong), wrong);
  say('arrayContaining(5)', () => expect([1]).toEqual(expect.arrayContaining(5)));
  say('objectContaining(5)', () => expect({}).toEqual(expect.objectContaining(5)));
  say('two arguments', () => expect(1, 2));

  // -- mocks

  const mocks = {
    never: () => fn().mockName('success'),
    once: () => called(fn().mockName('success'), [{ success: 'true', data: { id: 1 } }, '甲']),
    plain: () => called(fn(() => 5).mockName('success'), ['甲', 1]),
    thrice: () => called(fn((x) => x).mockName('success'), ['甲'], ['乙'], ['丙']),
    empty: () => called(fn().mockName('success'), []),
    many: () => called(fn((x) => x * 2).mockName('success'), [1], [2], [3], [4], [5]),
    throwing: () => called(fn((x) => { if (x === 2) throw new Error('坏了'); return x; }).mockName('success'), [1], [2], [3]),
    objects: () => called(fn((o) => o).mockName('success'), [{ a: 1 }], [{ a: 2 }]),
  };
  const called = (mock, ...calls) => {
    for (const args of calls) try { mock(...args); } catch (_) { continue; }
    return mock;
  };
  const args = [[], ['甲'], ['乙'], ['甲', 1], [{ success: 'true', data: { id: 2 } }, '甲'], [{ success: 'true', data: { id: 1 } }, '甲'], [2], [{ a: 2 }], [expect.anything()]];
  for (const m of Object.keys(mocks)) {
    for (const not of [false, true]) {
      const on = () => (not ? expect(mocks[m]()).not : expect(mocks[m]()));
      const title = (text) => `${m} ${not ? 'not.' : ''}${text}`;
      say(title('toHaveBeenCalled'), () => on().toHaveBeenCalled());
      say(title('toHaveReturned'), () => on().toHaveReturned());
      for (const n of [0, 1, 3, 5, -1]) {
        say(title(`toHaveBeenCalledTimes ${n}`), () => on().toHaveBeenCalledTimes(n));
        say(title(`toHaveReturnedTimes ${n}`), () => on().toHaveReturnedTimes(n));
      }
      args.forEach((list, i) => {
        say(title(`toHaveBeenCalledWith ${i}`), () => on().toHaveBeenCalledWith(...list));
        say(title(`toHaveBeenLastCalledWith ${i}`), () => on().toHaveBeenLastCalledWith(...list));
        say(title(`toHaveReturnedWith ${i}`), () => on().toHaveReturnedWith(list[0]));
        say(title(`toHaveLastReturnedWith ${i}`), () => on().toHaveLastReturnedWith(list[0]));
        for (const n of [1, 2, 4, 0]) {
          say(title(`toHaveBeenNthCalledWith ${n} ${i}`), () => on().toHaveBeenNthCalledWith(n, ...list));
          say(title(`toHaveNthReturnedWith ${n} ${i}`), () => on().toHaveNthReturnedWith(n, list[0]));
        }
      });
    }
  }
  only('mock implementations', () => {
    const mock = fn(() => 1).mockReturnValueOnce(2).mockImplementationOnce((x) => x);
    expect([mock(), mock(9), mock()]).toEqual([2, 9, 1]);
    expect(mock.mock.calls).toEqual([[], [9], []]);
    expect(mock.mock.results.map((r) => r.type)).toEqual(['return', 'return', 'return']);
    expect(mock.mock.lastCall).toEqual([]);
    mock.mockReset();
    expect(mock()).toBeUndefined();
    expect(mock).toHaveBeenCalledTimes(1);
  });
  only('mock promises', async () => {
    const mock = fn().mockResolvedValue('甲').mockRejectedValueOnce(new Error('坏了'));
    await expect(mock()).rejects.toThrow('坏了');
    await expect(mock()).resolves.toBe('甲');
  });

  // -- one's own matchers

  expect.extend({
    toSucceed(result) {
      return { pass: String(result.success) === 'true', message: () => `expect(result)${this.isNot ? '.not' : ''}.toSucceed(): ${result.error}` };
    },
    async toSucceedLater(promise) {
      return { pass: (await promise).success === 'true', message: () => '没有成功' };
    },
    toBreak: () => ({ ok: true }),
  });
  say('own matcher', () => expect({ success: 'false', error: '没有直播权限' }).toSucceed());
  say('own matcher, not', () => expect({ success: true, error: '' }).not.toSucceed());
  say('own matcher, well', () => expect({ success: true }).toSucceed());
  say('own async matcher', () => expect(Promise.resolve({ success: 'false' })).toSucceedLater());
  say('own async matcher, well', () => expect(Promise.resolve({ success: 'true' })).toSucceedLater());
  say('own matcher, resolves', () => expect(Promise.resolve({ success: 'false', error: '坏了' })).resolves.toSucceed());
  only('own matcher, broken', () => expect(1).toBreak());
  only('own asymmetric matcher', () => expect({ r: { success: 'true' } }).toEqual({ r: expect.toSucceed() }));
  only('own asymmetric matcher, not', () => expect({ r: { success: 'true' } }).toEqual({ r: expect.not.toSucceed() }));
  say('own asymmetric matcher, printed', () => expect({ r: { success: 'false' } }).toEqual({ r: expect.toSucceed() }));

  return cases;
})
