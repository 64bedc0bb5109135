import type { Profile } from '../config';

/**
 * Methods of the iOS client whose answer goes to the callback of the most recent call, whichever that was (reference §1.2):
 * a call that is made while the picker is open steals its answer. True, or whether it is so with these parameters.
 */
const LATEST = new Map<string, (params: any) => boolean>([
  ['selectPerson', () => true],
  ['selectPersons', () => true],
  ['getCurrentPosition', () => true],
  ['scanQRCode', (params) => !params || Number(params.needResult || 0) === 0],
]);

/** Whether the answer to a call goes to the most recent one. */
export function answersLatest(profile: Profile, method: string, params: unknown): boolean {
  const so = profile.client === 'ios' && LATEST.get(method);
  return !!so && so(params);
}
