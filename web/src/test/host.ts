import { ask, tell } from './native';

type Params = { [name: string]: unknown };
type Answerer = (params: any) => unknown;

/** What each view takes besides cancel, what a plain value is short for first; it is bridge/scenario's list. */
const VIEWS: { [view: string]: string[] } = {
  personPicker: ['people'],
  voiceMeeting: ['end'],
  live: ['end'],
  invitation: ['accept'],
  popMenu: ['item'],
  dialog: ['button', 'password'],
  locationPicker: ['place', 'latitude', 'longitude', 'name', 'address'],
  imagePicker: ['images', 'own'],
  imagePreview: [],
  fileViewer: [],
  scanner: ['text'],
  filePicker: ['files', 'own'],
  orgPicker: ['orgs'],
  personCard: ['chat'],
  chat: [],
  shareSheet: ['way'],
  speech: ['text'],
  lightApp: [],
  chatRecord: [],
  freeCall: [],
  signature: ['draw', 'bitmap'],
};

const defined = new Map<string, Answerer>();

/** A complaint about how the API was called, in the caller's line. */
export function mistaken(message: string): never {
  throw new TypeError(message);
}

/** Checks the name of a JS-API. */
function named(what: string, api: unknown): string {
  return typeof api === 'string' && api ? api : mistaken(`${what} 的第一个参数应为 JS-API 的名字, 如 'createLive'`);
}

let team: any;

/** The team; what a test does to it does not reach the host, so it is fetched once until a reset. */
function theTeam(): any {
  return (team = team || tell('team'));
}

/** The openId of a person who is given by it, by name, or as one of host.team.people. */
function openIdOf(what: string, person: any): string {
  if (person && typeof person === 'object' && typeof person.openId === 'string') return person.openId;
  if (typeof person !== 'string' || !person) mistaken(`${what}: 人应写成 openId、姓名, 或 host.team.people 中的一项`);
  const { me, people } = theTeam();
  const all: any[] = typeof me === 'object' ? people.concat(me) : people;
  if (person === me || all.some((one) => one.openId === person)) return person;
  const same = all.filter((one) => one.name === person);
  if (same.length === 1) return same[0].openId;
  return mistaken(
    `${what}: 团队里${same.length ? `有 ${same.length} 个人叫 ${person}, 请写 openId` : `没有 ${person}; 可以看 host.team.people`}`,
  );
}

/** The answer as the view takes it: `cancel`, what the view's own form is short for, or an object as it is. */
function answerFor(view: string, given: any): Params {
  const what = `host.answer('${view}', …)`;
  const keys = VIEWS[view];
  const key = keys[0];
  if (given === 'cancel') return { cancel: true };
  if (Array.isArray(given)) {
    if (key === 'people') return { people: given.map((one) => openIdOf(what, one)) };
    if (key === 'orgs' || key === 'images' || key === 'files') return { [key]: given };
    mistaken(`${what} 不接受数组: 应为 ${usage(view)}`);
  }
  if (given && typeof given === 'object') {
    const wrong = Object.keys(given).find((name) => keys.indexOf(name) < 0 && name !== 'cancel');
    if (wrong) mistaken(`${what} 的回答里没有 ${wrong}: 应为 ${usage(view)}`);
    return given;
  }
  if ((key === 'end' || key === 'chat' || key === 'draw') && (given === key || given === true)) return { [key]: true };
  if (key === 'accept' && typeof given === 'boolean') return { accept: given };
  if ((key === 'item' || key === 'button') && (typeof given === 'string' || typeof given === 'number'))
    return { [key]: String(given) };
  if ((key === 'text' || key === 'way' || key === 'place') && typeof given === 'string') return { [key]: given };
  return mistaken(`${what} 的第二个参数应为 ${usage(view)}`);
}

function usage(view: string): string {
  const forms: { [key: string]: string } = {
    people: `人的数组 (openId、姓名或 host.team.people 中的项)`,
    end: `'end'`,
    accept: `true 或 false`,
    item: `菜单项的 callBackId`,
    button: `按钮的名字`,
    orgs: `部门的数组 (orgId 或名字)`,
    chat: `'chat'`,
    way: `分享方式, 如 'chat'`,
    text: `一段文字`,
    place: `地点的名字, 或 {latitude, longitude}`,
    images: `图片名的数组, 或 {images, own: [{name, data}]}`,
    files: `文件名的数组, 或 {files, own: [{name, size}]}`,
  };
  const keys = VIEWS[view];
  const form = keys.length && (forms[keys[0]] || `{${keys.join(', ')}}`);
  return form ? `${form}, 或 'cancel'` : `'cancel'`;
}

const milliseconds = (what: string, ms: unknown): number =>
  typeof ms === 'number' && ms >= 0 ? ms : mistaken(`${what} 应为毫秒数, 如 3000`);

const makeClock = () => ({
  /** The host's time, in milliseconds since 1970. */
  now: (): number => tell('clock.now'),
  set(time: number | string | Date): Promise<void> {
    const at = time instanceof Date ? time.getTime() : time;
    if (typeof at === 'number' ? isNaN(at) : typeof at !== 'string' || isNaN(Date.parse(at))) {
      mistaken(`host.clock.set 的参数应为毫秒数、Date 或 ISO 时间, 如 '2018-04-03T12:30:00+08:00'`);
    }
    return ask('clock.set', { time: at }, 'host.clock.set(…)');
  },
  advance: (ms: number): Promise<void> =>
    ask('clock.advance', { ms: milliseconds('host.clock.advance 的参数', ms) }, `host.clock.advance(${ms})`),
  run: (): Promise<void> => ask('clock.run', {}, 'host.clock.run()'),
});

const makeGateway = () => ({
  post(path: string, body?: unknown, options: { token?: string } = {}): Promise<{ status: number; body: any }> {
    if (typeof path !== 'string' || path[0] !== '/')
      mistaken(`host.gateway.post 的第一个参数应为路径, 如 '/gateway/cloudwork/meeting/create'`);
    return ask('gateway.post', { path, body, token: options.token }, `host.gateway.post('${path}', …)`);
  },
});

/** The global `host`: the client that the page is in, and the people at its screen. */
export const makeHost = () => ({
  answer(view: string, answer: unknown): void {
    if (view === 'toast') mistaken(`视图 toast 不需要回答, 它会自己消失`);
    if (!Object.prototype.hasOwnProperty.call(VIEWS, view)) {
      mistaken(`host.answer: 没有视图 ${JSON.stringify(view)}; 可以是 ${Object.keys(VIEWS).join('、')}`);
    }
    tell('answer', { view, answer: answerFor(view, answer) });
  },
  fail(api: string, failure: { errorCode?: string | number; error?: string } = {}): void {
    named('host.fail', api);
    if (typeof failure !== 'object' || !failure)
      mistaken(`host.fail('${api}', …) 的第二个参数应为 {errorCode: '1003', error: '没有直播权限'}`);
    const { errorCode = '1', error = '测试令此调用失败' } = failure;
    if (String(errorCode) === '0') mistaken(`host.fail('${api}', …): errorCode 0 表示成功, 失败请用其他值`);
    tell('fail', { api, errorCode: String(errorCode), error: String(error) });
  },
  delay(api: string, ms: number): void {
    tell('delay', { api: named('host.delay', api), ms: milliseconds(`host.delay('${api}', …) 的第二个参数`, ms) });
  },
  never: (api: string): void => void tell('never', { api: named('host.never', api) }),
  twice: (api: string): void => void tell('twice', { api: named('host.twice', api) }),
  define(api: string, answer: Answerer): void {
    named('host.define', api);
    if (typeof answer !== 'function') mistaken(`host.define('${api}', …) 的第二个参数应为函数: (params) => 结果的 data`);
    defined.set(api, answer);
    tell('define', { api });
  },
  emit(event: string, data?: unknown): void {
    if (typeof event !== 'string' || !event) mistaken(`host.emit 的第一个参数应为事件名, 如 'appear'`);
    tell('emit', { event, data });
  },
  as: (person: unknown): void => {
    tell('as', { openId: openIdOf('host.as', person) });
    team = undefined; // another one is "me" now
  },
  calls(api?: string): unknown[] {
    if (api !== undefined) named('host.calls', api);
    return tell('calls', { api });
  },
  reset(): Promise<void> {
    team = undefined;
    defined.clear();
    return ask('reset', {}, 'host.reset()');
  },
  get team() {
    return theTeam();
  },
  clock: makeClock(),
  gateway: makeGateway(),
});

/** HOOKS.defined: answers a call of an API that host.define made. */
export function answerDefined(api: string, params: string, done: (error: string | null, result: string) => void): void {
  const failed = (error: any) => {
    const own = error && typeof error === 'object';
    const message = own ? error.error || error.message : error;
    const code = own ? error.errorCode || error.code : undefined;
    done(
      JSON.stringify({
        message: String(message),
        code: code === undefined ? undefined : String(code),
        stack: own ? error.stack : undefined,
      }),
      'null',
    );
  };
  try {
    const answer = defined.get(api);
    if (!answer) throw new Error(`没有用 host.define 定义 ${api}`);
    void Promise.resolve(answer(params ? JSON.parse(params) : undefined))
      .then((result) => {
        const text = JSON.stringify(result);
        done(null, text === undefined ? 'null' : text);
      })
      .then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}
