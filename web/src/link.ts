import type { Message } from './protocol';

/** A connection to the host. */
export interface Link {
  /**
   * Sends a message together with all that is sent in the same microtask, in one frame.
   * Throws what JSON.stringify throws: the message is then not sent.
   */
  send(message: Message): void;
  /** Says that the page goes away, and closes. */
  leave(): void;
}

/** What a link tells the library. */
export interface Listener {
  message(message: Message): void;
  /** The host that held this page's calls is gone, and another one answers now, or none. */
  lost(): void;
}

/** Parses a frame; a line that is no message is said on the console and the others go on. */
function eachMessage(frame: string, take: (message: Message) => void): void {
  for (const line of frame.split('\n')) {
    let message: Message;
    try {
      message = JSON.parse(line);
    } catch (_) {
      console.error('[qinghost] 收到无法解析的消息:', line.slice(0, 200));
      continue;
    }
    take(message);
  }
}

/** Collects lines until the microtask queue is empty, or until they are flushed. */
function batch(write: (frame: string) => void) {
  let lines: string[] = [];
  const flush = () => {
    if (!lines.length) return;
    const frame = lines.join('\n');
    lines = [];
    write(frame);
  };
  return {
    write(line: string): void {
      if (lines.push(line) === 1) Promise.resolve().then(flush);
    },
    flush,
  };
}

/** The transport of a window and of a headless page: a pair of functions, which cannot drop. */
export function functionLink(
  post: (frame: string) => void,
  receive: (deliver: (frame: string) => void) => void,
  listener: Listener,
): Link {
  const out = batch(post);
  receive((frame) => eachMessage(frame, (m) => listener.message(m)));
  return {
    send: (message) => out.write(JSON.stringify(message)),
    leave() {
      out.write(JSON.stringify({ method: '$/leave' }));
      out.flush(); // no microtask comes any more
    },
  };
}

/** A name for the session that nobody guesses. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => (n + 256).toString(16).slice(1)).join('');
}

/** Milliseconds before the first, second … attempt to connect again; the last one stays. */
const RETRY = [100, 200, 400, 800, 1000];

/** The longest message that goes over a socket, in characters; runtime/browser/socket.go has room for its bytes. */
const LONGEST = 32 << 20;

/** Received messages after which an acknowledgement goes out alone, and how long it may wait for company. */
const ACK_EVERY = 1024;
const ACK_AFTER = 1000;

/**
 * The transport of a browser: a WebSocket that connects again when it drops, and resumes. Every message carries a number;
 * each side keeps what the other has not acknowledged and sends it again, and passes over what it has seen.
 */
export function socketLink(url: string, listener: Listener): Link {
  let socket: WebSocket | undefined;
  const session = randomId();
  let fresh = true; // the host has not yet said that it knows the session
  let attempts = 0;
  let left = false;
  let open = false; // the session is established on this socket: frames may go out
  let sent = 0; // number of the last message out
  let received = 0; // number of the last message in
  let acknowledged = 0; // number that the host knows we have received
  let ackTimer = 0;
  let kept: { seq: number; line: string }[] = []; // out, and not acknowledged

  const out = batch((frame) => {
    if (open && socket) socket.send(frame);
  });

  function ack(): void {
    clearTimeout(ackTimer);
    ackTimer = 0;
    if (open && received > acknowledged) {
      acknowledged = received;
      out.write(JSON.stringify({ method: '$/ack', ack: received }));
    }
  }

  function take(message: Message): void {
    if (message.ack) {
      const upTo = message.ack;
      let i = 0;
      while (i < kept.length && kept[i].seq <= upTo) i++;
      if (i) kept.splice(0, i);
    }
    if (message.method === '$/session') {
      established((message.params as { resumed: boolean }).resumed);
      return;
    }
    if (!message.seq || message.seq <= received) return; // seen before the drop
    received = message.seq;
    if (received - acknowledged >= ACK_EVERY) ack();
    else if (!ackTimer) ackTimer = setTimeout(ack, ACK_AFTER) as unknown as number;
    listener.message(message);
  }

  function established(resumed: boolean): void {
    attempts = 0;
    if (fresh) {
      fresh = false;
      return;
    }
    open = true;
    if (!resumed) {
      kept = [];
      sent = received = acknowledged = 0;
      console.warn('[qinghost] qinghost 已重新启动, 之前未完成的调用已失败');
      listener.lost();
      return;
    }
    console.info('[qinghost] 已重新连接');
    resend();
  }

  function resend(): void {
    if (kept.length && socket) socket.send(kept.map((k) => k.line).join('\n'));
  }

  function connect(): void {
    let now: WebSocket;
    try {
      now = new WebSocket(url);
    } catch (error) {
      console.error('[qinghost] 无法连接 qinghost:', error);
      return;
    }
    socket = now;
    now.onopen = () => {
      now.send(JSON.stringify({ method: '$/resume', params: { session, fresh }, ack: received }));
      acknowledged = received;
      if (fresh) {
        // Nothing was answered yet: what was said goes out at once, and the host passes over what it has already.
        open = true;
        resend();
      }
    };
    now.onmessage = (event) => {
      if (now === socket) eachMessage(event.data, take);
    };
    now.onclose = () => {
      if (now !== socket || left) return;
      open = false;
      if (attempts === 1) console.warn('[qinghost] 与 qinghost 的连接断开, 正在重连…');
      setTimeout(connect, RETRY[Math.min(attempts++, RETRY.length - 1)]);
    };
  }

  connect();
  return {
    send(message) {
      const seq = sent + 1;
      const line = JSON.stringify({ ...message, seq, ack: received || undefined });
      if (line.length > LONGEST) throw new RangeError(`参数太大: 超过 ${LONGEST >> 20} MiB`);
      sent = seq;
      acknowledged = received;
      kept.push({ seq, line });
      out.write(line);
    },
    leave() {
      left = true;
      out.write(JSON.stringify({ method: '$/leave', seq: sent + 1 }));
      out.flush();
      if (socket) socket.close(1000);
    },
  };
}
