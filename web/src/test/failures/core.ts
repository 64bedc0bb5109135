import type { Core } from '../failing';

/** What the first bundle hands over; see failing.ts. */
declare const CORE: Core;

export const { equals, isAsymmetric, keysOf, hasKey, inherits } = CORE;
