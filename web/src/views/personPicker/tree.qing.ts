import type { Params, Person } from './params';
import { Tree, type Item } from './tree';

const person = (openId: string): Person => ({ openId, name: '同事' + openId, department: '', pinyin: [], initials: [] });
const params = (more: Partial<Params>): Params => ({
  multi: true,
  selected: [],
  people: ['1', '2', '3'].map(person),
  recent: [],
  departments: [],
  groups: [],
  ...more,
});
/** "研发(2)" of a folder, "1" of a person. */
const said = (items: Item[]) => items.map((i) => (i.kind === 'folder' ? `${i.name}(${i.count})` : i.person.openId));

const company = params({
  departments: [
    { id: 'a', parentId: '', name: '总部', people: ['1'] },
    { id: 'b', parentId: 'a', name: '研发', people: ['2'] },
    { id: 'c', parentId: 'b', name: '前端', people: ['3', '2'] },
    { id: 'd', parentId: 'a', name: '空的', people: ['走了的人'] },
  ],
  groups: [{ groupId: 'g', name: '站会', people: ['3', '走了的人', '1'] }],
});

test('departments first, then people; heads are counted once, of all below', () => {
  const tree = new Tree(company);
  expect(tree.top()!.name).toBe('总部');
  expect(said(tree.inDepartment('a'))).toEqual(['研发(2)', '空的(0)', '1']);
  expect(said(tree.inDepartment('b'))).toEqual(['前端(2)', '2']);
  expect(said(tree.inDepartment('没有'))).toEqual([]);
});

test('several departments at the top: no one of them is it', () => {
  const tree = new Tree(params({ departments: ['甲', '乙'].map((name) => ({ id: name, parentId: '', name, people: ['1'] })) }));
  expect(tree.top()).toBeUndefined();
  expect(said(tree.inDepartment(''))).toEqual(['甲(1)', '乙(1)']);
});

test('a parent that is not there, or oneself: at the top', () => {
  const tree = new Tree(
    params({
      departments: [
        { id: 'a', parentId: '没有', name: '甲', people: [] },
        { id: 'b', parentId: 'b', name: '乙', people: [] },
      ],
    }),
  );
  expect(said(tree.inDepartment(''))).toEqual(['甲(0)', '乙(0)']);
});

test('departments in a circle end', () => {
  const tree = new Tree(
    params({
      departments: [
        { id: 'a', parentId: 'b', name: '甲', people: ['1'] },
        { id: 'b', parentId: 'a', name: '乙', people: ['2'] },
      ],
    }),
  );
  expect(said(tree.inDepartment('a'))).toEqual(['乙(2)', '1']);
});

test('groups, with those of their people who are there', () => {
  const tree = new Tree(company);
  expect(said(tree.groups())).toEqual(['站会(2)']);
  expect(said(tree.persons(tree.group('g')!.people))).toEqual(['3', '1']);
  expect(tree.group('没有')).toBeUndefined();
});
