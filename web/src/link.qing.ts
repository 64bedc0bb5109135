import { functionLink, socketLink, type Link } from './link';
import type { Message } from './protocol';

/** A WebSocket of which the test is the other end. */
class Socket {
  static made: Socket[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  frames: string[] = [];
  closed?: number;

  constructor(readonly url: string) {
    Socket.made.push(this);
  }
  send(frame: string): void {
    this.frames.push(frame);
  }
  close(code: number): void {
    this.closed = code;
    this.onclose!();
  }
  /** The messages of all frames. */
  get sent(): Message[] {
    return this.frames.flatMap((frame) => frame.split('\n').map((line) => JSON.parse(line)));
  }
  receive(...messages: Message[]): void {
    this.onmessage!({ data: messages.map((m) => JSON.stringify(m)).join('\n') });
  }
}

const plain = globalThis.WebSocket;
let heard: unknown[];
let lost: number;
let link: Link;
const listener = { message: (m: Message) => void heard.push(m.method), lost: () => void lost++ };
const latest = () => Socket.made[Socket.made.length - 1];
const session = (resumed: boolean) => ({ method: '$/session', params: { resumed } });

beforeEach(() => {
  heard = [];
  lost = 0;
  Socket.made = [];
  globalThis.WebSocket = Socket as unknown as typeof WebSocket;
});
afterEach(() => {
  globalThis.WebSocket = plain;
});

describe('functionLink', () => {
  test('what is said in one microtask goes in one frame', async () => {
    const frames: string[] = [];
    link = functionLink((frame) => frames.push(frame), () => {}, listener);
    link.send({ id: 1, method: '一' });
    link.send({ id: 2, method: '二' });
    expect(frames).toEqual([]);
    await Promise.resolve();
    link.send({ id: 3, method: '三' });
    await Promise.resolve();
    expect(frames).toEqual(['{"id":1,"method":"一"}\n{"id":2,"method":"二"}', '{"id":3,"method":"三"}']);
  });

  test('what JSON cannot say is thrown, and holds up nothing', async () => {
    const frames: string[] = [];
    link = functionLink((frame) => frames.push(frame), () => {}, listener);
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => link.send({ id: 1, params: cycle })).toThrow(TypeError);
    link.send({ id: 2 });
    await Promise.resolve();
    expect(frames).toEqual(['{"id":2}']);
  });

  test('a line that is no message is passed over', () => {
    let deliver!: (frame: string) => void;
    functionLink(() => {}, (d) => { deliver = d; }, listener);
    deliver('{"method":"甲"}\n坏的\n{"method":"乙"}');
    expect(heard).toEqual(['甲', '乙']);
  });

  test('leave goes out at once, behind what was said', () => {
    const frames: string[] = [];
    link = functionLink((frame) => frames.push(frame), () => {}, listener);
    link.send({ id: 1 });
    link.leave();
    expect(frames).toEqual(['{"id":1}\n{"method":"$/leave"}']);
  });
});

describe('socketLink', () => {
  beforeEach(() => {
    link = socketLink('ws://127.0.0.1/__qinghost/ws', listener);
  });

  /** Says two calls, and has the first connection established. */
  async function connected(): Promise<Socket> {
    link.send({ id: 1, method: '一' });
    link.send({ id: 2, method: '二' });
    await Promise.resolve();
    latest().onopen!();
    latest().receive(session(false));
    await Promise.resolve();
    return latest();
  }

  test('begins a session, with what was said before the socket opened', async () => {
    const socket = await connected();
    expect(socket.url).toBe('ws://127.0.0.1/__qinghost/ws');
    expect(socket.sent).toEqual([
      { method: '$/resume', params: { session: expect.stringMatching(/^[0-9a-f]{32}$/), fresh: true }, ack: 0 },
      { id: 1, method: '一', seq: 1 },
      { id: 2, method: '二', seq: 2 },
    ]);
    expect(lost).toBe(0); // the first session is no loss
  });

  test('after a drop it says again what the host has not acknowledged, and no more', async () => {
    const first = await connected();
    first.receive({ method: '事件', seq: 1, ack: 1 });
    first.onclose!();
    const before = first.frames.length;
    link.send({ id: 3, method: '三' }); // while nobody listens
    await host.clock.advance(100);
    expect(first.frames).toHaveLength(before);
    const second = latest();
    expect(second).not.toBe(first);
    second.onopen!();
    expect(second.sent).toEqual([
      { method: '$/resume', params: { session: (first.sent[0].params as any).session, fresh: false }, ack: 1 },
    ]);
    second.receive(session(true));
    expect(second.sent.slice(1).map((m) => [m.id, m.seq])).toEqual([[2, 2], [3, 3]]);
    expect(lost).toBe(0);
  });

  test('what it has seen before a drop it passes over', async () => {
    const first = await connected();
    first.receive({ method: '一', seq: 1 }, { method: '二', seq: 2 });
    first.onclose!();
    await host.clock.advance(100);
    latest().onopen!();
    latest().receive(session(true), { method: '二', seq: 2 }, { method: '三', seq: 3 });
    expect(heard).toEqual(['一', '二', '三']);
  });

  test('a late message of a dropped socket is nobody\'s', async () => {
    const first = await connected();
    first.onclose!();
    await host.clock.advance(100);
    first.receive({ method: '迟到', seq: 1 });
    expect(heard).toEqual([]);
  });

  test('a host that has started anew: what was open is lost, numbers begin anew', async () => {
    const first = await connected();
    first.receive({ method: '一', seq: 7 });
    first.onclose!();
    await host.clock.advance(100);
    latest().onopen!();
    latest().receive(session(false));
    expect(lost).toBe(1);
    link.send({ id: 9, method: '九' });
    await Promise.resolve();
    expect(latest().sent.slice(1)).toEqual([{ id: 9, method: '九', seq: 1 }]);
    latest().receive({ method: '新的', seq: 1 });
    expect(heard).toEqual(['一', '新的']);
    latest().onclose!();
    await host.clock.advance(100);
    latest().onopen!();
    latest().receive(session(true));
    expect(latest().sent.slice(1).map((m) => m.id)).toEqual([9]); // nothing of what the old host did not hear
  });

  test('tries again after 100, 200, 400, 800, 1000, 1000 ms; a session begins the count anew', async () => {
    (await connected()).onclose!();
    for (const wait of [100, 200, 400, 800, 1000, 1000]) {
      const before = Socket.made.length;
      await host.clock.advance(wait - 1);
      expect(Socket.made).toHaveLength(before);
      await host.clock.advance(1);
      expect(Socket.made).toHaveLength(before + 1);
      latest().onclose!();
    }
    await host.clock.advance(1000);
    latest().onopen!();
    latest().receive(session(true));
    latest().onclose!();
    const before = Socket.made.length;
    await host.clock.advance(100);
    expect(Socket.made).toHaveLength(before + 1);
  });

  test('acknowledges alone after a second of silence, and with the next message otherwise', async () => {
    const socket = await connected();
    const before = socket.sent.length;
    socket.receive({ method: '甲', seq: 1 });
    socket.receive({ method: '乙', seq: 2 });
    await host.clock.advance(999);
    expect(socket.sent).toHaveLength(before);
    await host.clock.advance(1);
    expect(socket.sent.slice(before)).toEqual([{ method: '$/ack', ack: 2 }]);
    socket.receive({ method: '丙', seq: 3 });
    link.send({ id: 3 });
    await host.clock.advance(2000);
    expect(socket.sent.slice(before + 1)).toEqual([{ id: 3, seq: 3, ack: 3 }]);
  });

  test('acknowledges a flood at once', async () => {
    const socket = await connected();
    const before = socket.sent.length;
    for (let seq = 1; seq <= 1024; seq++) socket.receive({ method: '洪水', seq });
    await Promise.resolve();
    expect(socket.sent.slice(before)).toEqual([{ method: '$/ack', ack: 1024 }]);
  });

  test('leave says so, closes, and does not come back', async () => {
    const socket = await connected();
    link.leave();
    expect(socket.sent.pop()).toEqual({ method: '$/leave', seq: 3 });
    expect(socket.closed).toBe(1000);
    await host.clock.advance(10_000);
    expect(Socket.made).toHaveLength(1);
  });
});
