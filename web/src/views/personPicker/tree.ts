import type { Department, Group, Params, Person } from './params';

/** What a row stands for: a person, or something to go into. */
export type Item =
  | { kind: 'person'; person: Person; from?: number; to?: number }
  | { kind: 'folder'; id: string; name: string; count: number; icon: 'folder' | 'group' };

/** The people by id, departments by parent, and what each place of the picker holds. */
export class Tree {
  readonly people = new Map<string, Person>();
  private readonly children = new Map<string, Department[]>();
  private readonly departments = new Map<string, Department>();

  constructor(private readonly params: Params) {
    for (const person of params.people || []) this.people.set(person.openId, person);
    for (const department of params.departments || []) this.departments.set(department.id, department);
    for (const department of params.departments || []) {
      const parent =
        this.departments.has(department.parentId) && department.parentId !== department.id ? department.parentId : '';
      const siblings = this.children.get(parent);
      if (siblings) siblings.push(department);
      else this.children.set(parent, [department]);
    }
  }

  /** Where the organisation begins: its one top department, or the list of them. */
  top(): Department | undefined {
    const top = this.children.get('') || [];
    return top.length === 1 ? top[0] : undefined;
  }

  department(id: string): Department | undefined {
    return this.departments.get(id);
  }

  group(id: string): Group | undefined {
    return (this.params.groups || []).find((group) => group.groupId === id);
  }

  persons(ids: string[]): Item[] {
    const items: Item[] = [];
    for (const id of ids || []) {
      const person = this.people.get(id);
      if (person) items.push({ kind: 'person', person });
    }
    return items;
  }

  /** Departments first, then people. */
  inDepartment(id: string): Item[] {
    const here = this.departments.get(id);
    const below = (this.children.get(id) || []).map((department): Item => ({
      kind: 'folder',
      id: department.id,
      name: department.name,
      count: this.heads(department).size,
      icon: 'folder',
    }));
    return below.concat(here ? this.persons(here.people) : []);
  }

  groups(): Item[] {
    return (this.params.groups || []).map((group): Item => ({
      kind: 'folder',
      id: group.groupId,
      name: group.name,
      count: this.persons(group.people).length,
      icon: 'group',
    }));
  }

  private heads(department: Department, into = new Set<string>(), seen = new Set<string>()): Set<string> {
    if (seen.has(department.id)) return into;
    seen.add(department.id);
    for (const id of department.people || []) if (this.people.has(id)) into.add(id);
    for (const child of this.children.get(department.id) || []) this.heads(child, into, seen);
    return into;
  }
}
