/** Somebody who can be chosen. */
export interface Person {
  openId: string;
  name: string;
  department: string;
  jobTitle?: string;
  pinyin: string[];
  initials: string[];
}

/** A department, with the people directly in it. */
export interface Department {
  id: string;
  parentId: string;
  name: string;
  people: string[];
}

/** A chat group. */
export interface Group {
  groupId: string;
  name: string;
  people: string[];
}

/** What the host asks for. */
export interface Params {
  title?: string;
  buttonTitle?: string;
  multi: boolean;
  min?: number;
  max?: number;
  selected: string[];
  people: Person[];
  recent: string[];
  departments: Department[];
  groups: Group[];
  /** A choice among one group's people: no tabs. */
  groupName?: string;
}
