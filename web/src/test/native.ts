import { HOST } from '../host';

/** What the Go side gives to the script; arguments and results are JSON texts. runtime/suite makes it. */
export interface Native {
  /** Does something at once; throws an Error when it fails. */
  tell(op: string, json: string): string;
  /** Asks for something that takes time. An error is `{"message","code"?,"stack"?}`. */
  ask(op: string, json: string, done: (error: string | null, result: string) => void): void;
  /** Hears what the runner has to say: tests that start and end, hooks that fail. */
  event(json: string): void;
  /** `{"timeout","profile","browser","library","strict"}` */
  config: string;
}

declare const NATIVE: Native;

/** Whether the page under test brings its own library, and so has no `qing` of ours. */
export const bringsLibrary = (): boolean => JSON.parse(NATIVE.config).library === 'page';

/** Whether what the phone passes over is an error. */
export const isStrict = (): boolean => JSON.parse(NATIVE.config).strict;

/** Whether the page under test runs in a browser. */
export const isBrowser = (): boolean => JSON.parse(NATIVE.config).browser;

/** Tells the host something; what it refuses is thrown from here, so that the stack leads to the caller's line. */
export function tell(op: string, params: object = {}): any {
  let result: string;
  try {
    result = NATIVE.tell(op, JSON.stringify(params));
  } catch (problem) {
    throw new Error(problem instanceof Error ? problem.message : String(problem));
  }
  return result ? JSON.parse(result) : undefined;
}

/** A promise of the API that somebody has to await, and where it was made. */
interface Open {
  what: string;
  at: Error;
  promise: Promise<unknown>;
}

type Start<T> = (resolve: (value: T) => void, reject: (error: unknown) => void) => void;

const open = new Set<Open>();

/**
 * Makes a promise that is to be awaited before the test ends. `start` gets what settles it: the settling itself says that
 * nobody has to wait any longer, however late the reactions run.
 */
export function awaited<T>(what: string, start: Start<T>): Promise<T> {
  const entry = { what, at: new Error() } as Open;
  const promise = new Promise<T>((resolve, reject) => {
    open.add(entry);
    start(
      (value) => (open.delete(entry), resolve(value)),
      (error) => (open.delete(entry), reject(error)),
    );
  });
  return (entry.promise = promise);
}

/** Asks the host; `what` is how the user wrote it, empty for a promise that need not be awaited. */
export function ask<T = any>(op: string, params: object, what: string): Promise<T> {
  const at = new Error();
  const start: Start<T> = (resolve, reject) =>
    NATIVE.ask(op, JSON.stringify(params), (error, result) =>
      error ? reject(refused(at, error)) : resolve(result ? JSON.parse(result) : undefined),
    );
  return what ? awaited<T>(what, start) : new Promise<T>(start);
}

/** Until the host has done all that calls made so far asked of it, and the page has heard what there is to hear at once. */
export async function settled(): Promise<void> {
  // Where the clock does not wait for the host, the word on a later call comes after that on those before.
  if (isStrict() && isBrowser()) await (globalThis as any)[HOST].call('view.navigation').catch(() => undefined);
  await ask('settle', {}, '');
}

/** The error of an answer: its own message, the line that asked, then the lines where it arose. */
function refused(at: Error, json: string): Error {
  const { message, code, stack } = JSON.parse(json);
  at.stack = restack(at, message) + (stack ? '\n' + String(stack).replace(/^\s*at /gm, '\tat ') : '');
  at.message = message;
  return code ? Object.assign(at, { code }) : at;
}

/** The stack of an error under another message. */
export function restack(at: Error, message: string): string {
  const stack = String(at.stack);
  const from = stack.indexOf('\n');
  return 'Error: ' + message + (from < 0 ? '' : stack.slice(from).replace(/\s+$/, ''));
}

/** The promises that nobody awaited until now, as errors that show where they were made. They are forgotten thereby. */
export function forgotten(): Error[] {
  const errors: Error[] = [];
  open.forEach(({ what, at, promise }) => {
    promise.catch(() => undefined); // it has been reported; how it ends is no other test's affair
    const message = `${what} 没有等待: 测试结束时它还没有完成, 请在前面写 await`;
    errors.push(Object.assign(at, { message, stack: restack(at, message) }));
  });
  open.clear();
  return errors;
}

/** Sends an event to the runner. */
export const say = (event: object): void => NATIVE.event(JSON.stringify(event));
