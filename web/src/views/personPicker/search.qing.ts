import type { Person } from './params';
import { search } from './search';

const person = (name: string, pinyin: string[], initials: string[]): Person => ({
  openId: name,
  name,
  department: '研发中心',
  pinyin,
  initials,
});
const people = [
  person('沈砚舟', ['shen yan zhou'], ['syz']),
  person('查远樵', ['zha yuan qiao', 'cha yuan qiao'], ['zyq', 'cyq']), // 多音字
  person('周沈', ['zhou shen'], ['zs']),
  person('Anne-Marie O’Neil', ["anne marie o'neil"], ['amon']),
  person('张 三', ['zhang san'], ['zs']),
];
const names = (text: string) => search(people, text).map(({ person }) => person.name);
const marked = (text: string) => search(people, text).map(({ person, from, to }) => person.name.slice(from, to));

test.each([
  ['沈', ['沈砚舟', '周沈']], // the beginning of a name before its middle
  ['shen', ['沈砚舟', '周沈']],
  ['zs', ['周沈', '张 三']],
  ['cyq', ['查远樵']],
  ['zhayuan', ['查远樵']],
  ['cha yuan', ['查远樵']],
  ['ANNE', ['Anne-Marie O’Neil']],
  ['anne marie', ['Anne-Marie O’Neil']],
  ['oneil', ['Anne-Marie O’Neil']],
  ["zh'ou", ['周沈', '沈砚舟']], // as an input method leaves it while a word is being composed
  ['张三', ['张 三']],
  ['不存在', []],
  ['   ', []],
])('%s', (text, expected) => {
  expect(names(text)).toEqual(expected);
});

test.each([
  ['砚舟', ['砚舟']],
  ['yz', ['砚舟']], // initials: one letter a character
  ['zhou', ['周', '舟']],
  ['anzh', ['砚舟']], // the characters that a stretch of pinyin touches
  ['yuanq', ['远樵']],
  ['张三', ['张 三']],
  ['amon', ['Anne-Marie O’Neil']],
])('%s is marked', (text, expected) => {
  expect(marked(text)).toEqual(expected);
});

test('people without pinyin are found by name', () => {
  const bare = [{ openId: '1', name: '新同事', department: '' } as Person];
  expect(search(bare, '同事')).toHaveLength(1);
  expect(search(bare, 'xin')).toEqual([]);
});
