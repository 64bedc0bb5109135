import type { Failures } from './failures/index';
import { equals, isAsymmetric, keysOf, hasKey, inherits } from './equals';

/** The text of the second bundle, web/dist/failures.js; see web/web.go. */
declare const FAILURES: string;

/** What the second bundle takes from the first. */
export const core = { equals, isAsymmetric, keysOf, hasKey, inherits };
export type Core = typeof core;

let loaded: Failures | undefined;

/**
 * What says how an expectation failed: printing, diffs, messages. Tests that pass never need it, so it is a bundle of its
 * own that is compiled at the first failure.
 */
export function failures(): Failures {
  return (loaded = loaded || (0, eval)('(function(CORE,OUT){' + FAILURES + '\n;return OUT})')(core, {}));
}
