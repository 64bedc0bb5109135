// 测试文件 (*.qing.ts) 里的全局量。

/** 各 JS-API 的参数与结果; 自己的用声明合并加进来。 */
interface QingApis {}

/** 测试或钩子的函数, 可以是 async。 */
type QingTestFunction = () => unknown;

interface QingTestEach<F> {
  /** 每行一个测试; 数组的一行展开成多个参数。标题里可写 %s %d %i %f %j %o %p %# %$ 与 $字段。 */
  <T extends unknown[] | [unknown]>(rows: readonly T[]): (title: string, run: (...row: T) => F, timeout?: number) => void;
  <T extends readonly unknown[]>(rows: readonly T[]): (title: string, run: (...row: T) => F, timeout?: number) => void;
  <T>(rows: readonly T[]): (title: string, run: (row: T) => F, timeout?: number) => void;
  /** 表格: 第一行是列名。 */
  (columns: TemplateStringsArray, ...values: unknown[]): (title: string, run: (row: any) => F, timeout?: number) => void;
}

interface QingTestDefine {
  /** timeout: 毫秒, 按虚拟时钟。 */
  (title: string, run: QingTestFunction, timeout?: number): void;
  each: QingTestEach<unknown>;
}

interface QingTest extends QingTestDefine {
  only: QingTestDefine;
  skip: QingTestDefine;
  /** 还没有写的测试。 */
  todo(title: string): void;
}

interface QingDescribeDefine {
  (title: string, body: () => void): void;
  each: QingTestEach<void>;
}

interface QingDescribe extends QingDescribeDefine {
  only: QingDescribeDefine;
  skip: QingDescribeDefine;
}

/** expect(值) 之后的断言, 与 Jest 的相同; .resolves 与 .rejects 之后的要 await。自己的断言用声明合并加进来。 */
interface QingMatchers<R> {
  toBe(expected: unknown): R;
  toEqual(expected: unknown): R;
  toStrictEqual(expected: unknown): R;
  toMatchObject(expected: object): R;
  toBeDefined(): R;
  toBeUndefined(): R;
  toBeNull(): R;
  toBeNaN(): R;
  toBeTruthy(): R;
  toBeFalsy(): R;
  toBeGreaterThan(expected: number | bigint): R;
  toBeGreaterThanOrEqual(expected: number | bigint): R;
  toBeLessThan(expected: number | bigint): R;
  toBeLessThanOrEqual(expected: number | bigint): R;
  toBeCloseTo(expected: number, digits?: number): R;
  toBeInstanceOf(expected: Function): R;
  toMatch(expected: string | RegExp): R;
  toContain(expected: unknown): R;
  toContainEqual(expected: unknown): R;
  toHaveLength(expected: number): R;
  toHaveProperty(path: string | readonly PropertyKey[], value?: unknown): R;
  toThrow(expected?: unknown): R;
  toHaveBeenCalled(): R;
  toHaveBeenCalledTimes(expected: number): R;
  toHaveBeenCalledWith(...expected: unknown[]): R;
  toHaveBeenLastCalledWith(...expected: unknown[]): R;
  toHaveBeenNthCalledWith(n: number, ...expected: unknown[]): R;
  toHaveReturned(): R;
  toHaveReturnedTimes(expected: number): R;
  toHaveReturnedWith(expected: unknown): R;
  toHaveLastReturnedWith(expected: unknown): R;
  toHaveNthReturnedWith(n: number, expected: unknown): R;
}

interface QingExpectation extends QingMatchers<void> {
  not: QingMatchers<void>;
  resolves: QingMatchers<Promise<void>> & { not: QingMatchers<Promise<void>> };
  rejects: QingMatchers<Promise<void>> & { not: QingMatchers<Promise<void>> };
}

interface QingAsymmetric {
  arrayContaining(sample: readonly unknown[]): any;
  arrayOf(sample: unknown): any;
  objectContaining(sample: object): any;
  stringContaining(sample: string): any;
  stringMatching(sample: string | RegExp): any;
  closeTo(sample: number, digits?: number): any;
}

interface QingExpect extends QingAsymmetric {
  (received?: unknown): QingExpectation;
  not: QingAsymmetric;
  any(type: unknown): any;
  anything(): any;
  /** 断言的次数不是这么多就失败。 */
  assertions(count: number): void;
  hasAssertions(): void;
  /** 自己的断言; 类型用声明合并加进 QingMatchers。 */
  extend(matchers: {
    [name: string]: (
      this: { isNot: boolean; promise: string; equals(a: unknown, b: unknown): boolean; utils: any },
      received: any,
      ...args: any[]
    ) => { pass: boolean; message: () => string } | Promise<{ pass: boolean; message: () => string }>;
  }): void;
}

/** 记下调用的函数, 即 Jest 的 jest.fn()。 */
interface QingMock<A extends any[] = any[], R = any> {
  (...args: A): R;
  readonly mock: {
    calls: A[];
    lastCall?: A;
    contexts: unknown[];
    instances: unknown[];
    results: { type: 'return' | 'throw' | 'incomplete'; value: any }[];
  };
  getMockName(): string;
  mockName(name: string): this;
  getMockImplementation(): ((...args: A) => R) | undefined;
  mockImplementation(impl: (...args: A) => R): this;
  mockImplementationOnce(impl: (...args: A) => R): this;
  mockReturnValue(value: R): this;
  mockReturnValueOnce(value: R): this;
  mockResolvedValue(value: unknown): this;
  mockResolvedValueOnce(value: unknown): this;
  mockRejectedValue(error: unknown): this;
  mockRejectedValueOnce(error: unknown): this;
  /** 忘掉调用。 */
  mockClear(): this;
  /** 忘掉调用与行为。 */
  mockReset(): this;
}

interface QingPerson {
  openId: string;
  name: string;
  department: string;
}

interface QingTeam {
  eid: string;
  /** 当前用户的 openId。 */
  me: string;
  /** 除当前用户以外的所有人。 */
  people: QingPerson[];
  groups: { groupId: string; name: string; members: string[] }[];
  rooms: { roomId: string; name: string; limitCount: number; approve: boolean }[];
}

/** 调用记录的一行。 */
interface QingCallRecord {
  id: number;
  page: string;
  method: string;
  params: any;
  /** 最近一次送达的结果; 之前为 null。 */
  result: any;
  state: 'open' | 'done' | 'cancelled' | 'unanswered';
  /** 何时发起: 1970 年起的毫秒。 */
  at: number;
  /** 毫秒。 */
  took: number;
}

/** 各视图的回答; 每个都可以是 'cancel'。 */
interface QingAnswers {
  /** 选了谁。 */
  personPicker: readonly (string | { openId: string })[] | { people: string[] };
  voiceMeeting: 'end' | { end: true };
  live: 'end' | { end: true };
  /** 接不接听。 */
  invitation: boolean | { accept: boolean };
  /** 菜单项的 callBackId。 */
  popMenu: string | { item: string };
  /** 按钮的名字, 或密码。 */
  dialog: string | { button: string } | { password: string };
  /** 部门, 按 orgId 或名称。 */
  orgPicker: readonly string[] | { orgs: readonly string[] };
  /** 从名片进入聊天。 */
  personCard: 'chat' | { chat: true };
  chat: never;
  lightApp: never;
  chatRecord: never;
  freeCall: never;
  /** 画好的一个签名, 或自己的 PNG (base64)。 */
  signature: 'draw' | { draw: true } | { bitmap: string };
  imagePreview: never;
  fileViewer: never;
  /** 分享到哪里。 */
  shareSheet: string | { way: string };
  /** 说了什么。 */
  speech: string | { text: string };
  /** 码里是什么。 */
  scanner: string | { text: string };
  /** 地图上的地点, 按名称; 或一个坐标。 */
  locationPicker: string | { place: string } | { latitude: number; longitude: number; name?: string; address?: string };
  /** 相册里的图片, 按名称; 或自己的 PNG、JPEG、GIF (base64)。 */
  imagePicker: readonly string[] | { images?: readonly string[]; own?: readonly { name: string; data: string }[] };
  /** 示例文件, 按名称; 或自己的: 字节数与 1970 年起的毫秒。 */
  filePicker:
    | readonly string[]
    | { files?: readonly string[]; own?: readonly { name: string; size: number; modified?: number }[] };
}

/** JS-API 的名字, 或 '*' (全部)。 */
type QingName = keyof QingApis | '*';

interface QingHost {
  /** 替人回答视图: 已打开则立即, 否则等它打开。人可写成 openId、姓名或 host.team.people 中的一项。 */
  answer<V extends keyof QingAnswers>(view: V, answer: QingAnswers[V] | 'cancel' | { cancel: true }): void;
  /** 此后该 JS-API 总是失败; '*' 为全部。 */
  fail(api: QingName, failure?: { errorCode?: string | number; error?: string }): void;
  /** 晚这么多毫秒回答。 */
  delay(api: QingName, ms: number): void;
  /** 永远不回答。 */
  never(api: QingName): void;
  /** 回答两次。 */
  twice(api: QingName): void;
  /** 用函数回答一个 JS-API, 也可以是 qinghost 没有的: 返回结果的 data, 抛出 {errorCode, error} 为失败。 */
  define(api: keyof QingApis | (string & {}), answer: (params: any) => unknown): void;
  /** 向页面发送事件, 如 appear。 */
  emit(event: string, data?: unknown): void;
  /** 换一个人登录。 */
  as(person: string | { openId: string }): void;
  /** 至今的调用, 旧的在前; 不给名字则为全部。 */
  calls(api?: keyof QingApis): QingCallRecord[];
  readonly team: QingTeam;
  clock: {
    /** 1970 年起的毫秒。 */
    now(): number;
    /** 时钟停在此时, 直到 run。 */
    set(time: number | string | Date): Promise<void>;
    /** 前进这么多毫秒, 途中的定时器依次执行。 */
    advance(ms: number): Promise<void>;
    /** 重新走动。 */
    run(): Promise<void>;
  };
  gateway: {
    /** 调用服务端接口; 不给 token 则带上有效的 accessToken。 */
    post(path: string, body?: unknown, options?: { token?: string }): Promise<{ status: number; body: any }>;
  };
  /** 回到开始: 调用记录、视图、团队、数据、时钟, 以及 host.fail 等的设置。 */
  reset(): Promise<void>;
}

interface QingPage {
  /** 打开应用的页面; 此后测试里的 qing.call 由该页面发出; `--library page` 时仍由测试自己的页面发出。 */
  open(path: string): Promise<void>;
  /** 在页面里运行函数。传过去的只有源码和 JSON: 它看不到测试文件里的变量。 */
  eval<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  click(selector: string): Promise<void>;
  fill(selector: string, value: string | number): Promise<void>;
  text(selector: string): Promise<string>;
  /** 等到元素出现, 或页面里的函数返回真值。 */
  waitFor(condition: string | (() => unknown), options?: { timeout?: number }): Promise<void>;
  url(): Promise<string>;
}

declare const describe: QingDescribe;
declare const test: QingTest;
declare const it: QingTest;
declare function beforeAll(run: QingTestFunction): void;
declare function afterAll(run: QingTestFunction): void;
declare function beforeEach(run: QingTestFunction): void;
declare function afterEach(run: QingTestFunction): void;
declare const expect: QingExpect;
declare function fn<A extends any[] = any[], R = any>(impl?: (...args: A) => R): QingMock<A, R>;
declare const host: QingHost;
declare const page: QingPage;
