/*
 * The test API: the globals of a `*.qing.ts` file.
 *
 *   describe('会议', () => {
 *     beforeEach(() => page.open('/index.html'));
 *
 *     test('选人后建会', async () => {
 *       host.answer('personPicker', ['张三丰']);           // names, openIds, or items of host.team.people; 'cancel'
 *       await page.click('#invite');
 *       expect(await page.text('#count')).toBe('1');
 *       expect(host.calls('selectPersons')).toHaveLength(1);
 *     });
 *
 *     test.each(['1003', '1004'])('错误码 %s', async (errorCode) => {
 *       host.fail('createLive', { errorCode, error: '没有直播权限' });
 *       const complete = fn();
 *       const result = await qing.call('createLive', { complete });
 *       expect(result).toMatchObject({ errorCode });
 *       expect(complete).toHaveBeenCalledTimes(1);
 *     });
 *   });
 *
 * - `describe`, `test` = `it`, with `.only`, `.skip`, `.each` (array or tagged template; %s %d %i %f %j %o %p %# %$, $field);
 *   `test.todo(title)`; `test(title, fn, ms)` has a time limit of its own. The four hooks. A test is a plain or an async
 *   function; there is no `done`.
 * - `expect`: Jest's everyday matchers with its rules and messages, `.not`, `.resolves`, `.rejects`, asymmetric matchers,
 *   `expect.extend`, `expect.assertions`, `expect.hasAssertions`; no snapshots. `fn(impl?)` is jest.fn().
 * - `host`: `answer fail delay never twice define emit as calls team` act at once. `clock.set`, `clock.advance`, `clock.run`,
 *   `gateway.post`, `reset` and everything on `page` return a promise, and a test that ends before one of them fails and
 *   says which line lacks the `await`. The same holds for `expect(…).resolves` and `.rejects`.
 * - `qing` is a client of the host's blank page. After `page.open`, `qing.call` goes to the opened page; `qing.on`, `off`,
 *   `once` and the flags stay those of the blank page, which hears what `host.emit` sends as every page does. Where the page
 *   brings its own library (`library: page`), `qing.call` stays the blank page's too.
 * - `page.eval(fn, …args)` sends the function's source: it sees the page's variables, not the test file's.
 *
 * The bundle is the body of a function that has NATIVE (native.ts), FAILURES (failing.ts) and HOOKS; see web/web.go. It runs
 * once in every test file's realm, so it does nothing that can wait for the first use.
 */
import { makeExpect } from './expect';
import { answerDefined, makeHost } from './host';
import { fn } from './mock';
import { called, makePage } from './page';
import { abort, run } from './runner';
import { collect, describe, hook, test } from './tree';

/** What the Go side gets to call. */
declare const HOOKS: object;

Object.assign(HOOKS, { collect, run, abort, defined: answerDefined, called });

const define = (name: string, value: unknown) =>
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
/** Defines a global that is made when it is first used. */
const defineLate = (name: string, make: () => unknown) =>
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      const value = make();
      define(name, value);
      return value;
    },
    set: (value) => define(name, value),
  });

define('describe', describe);
define('test', test);
define('it', test);
define('fn', fn);
for (const kind of ['beforeAll', 'afterAll', 'beforeEach', 'afterEach'] as const)
  define(kind, (run: () => unknown) => hook(kind, run));
defineLate('expect', makeExpect);
defineLate('host', makeHost);
defineLate('page', makePage);
