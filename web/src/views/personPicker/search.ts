import type { Person } from './params';

/** A person found, and the part of the name to mark. */
export interface Found {
  person: Person;
  from: number;
  to: number;
}

/** Finds by name, pinyin and initials; the likelier first, otherwise in the given order. */
export function search(people: Person[], text: string): Found[] {
  const query = plain(text);
  if (!query) return [];
  const found: { hit: Found; rank: number }[] = [];
  for (const person of people) {
    const hit = match(person, query);
    if (hit) found.push(hit);
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ hit }) => hit);
}

function match(person: Person, query: string): { hit: Found; rank: number } | undefined {
  const { name } = person;
  const at = name.toLowerCase().indexOf(query);
  if (at >= 0) return { hit: { person, from: at, to: at + query.length }, rank: at === 0 ? 0 : 1 };
  const spaced = plain(name).indexOf(query);
  if (spaced >= 0) return { hit: { person, from: 0, to: name.length }, rank: 2 };
  for (const initials of person.initials || []) {
    const i = plain(initials).indexOf(query);
    // One letter a character, where the name is written so.
    if (i >= 0)
      return { hit: { person, ...part(name, plain(initials).length, i, i + query.length) }, rank: i === 0 ? 3 : 5 };
  }
  for (const pinyin of person.pinyin || []) {
    const syllables = pinyin
      .toLowerCase()
      .split(/[\s'’-]+/)
      .filter(Boolean);
    const i = plain(pinyin).indexOf(query);
    if (i >= 0) return { hit: { person, ...sounded(name, syllables, i, i + query.length) }, rank: i === 0 ? 4 : 6 };
  }
  return undefined;
}

function part(name: string, letters: number, from: number, to: number): { from: number; to: number } {
  return letters === name.length ? { from, to } : { from: 0, to: name.length };
}

/** The characters whose syllables a stretch of pinyin touches; the whole name where the pinyin is not divided. */
function sounded(name: string, syllables: string[], from: number, to: number): { from: number; to: number } {
  if (syllables.length !== name.length) return { from: 0, to: name.length };
  let first = -1;
  let end = 0;
  let offset = 0;
  syllables.forEach((syllable, i) => {
    if (offset < to && offset + syllable.length > from) {
      if (first < 0) first = i;
      end = i + 1;
    }
    offset += syllable.length;
  });
  return { from: Math.max(0, first), to: end };
}

/** Lower case without spaces and apostrophes, as input methods leave them while a word is being composed. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[\s'’·-]+/g, '');
}
