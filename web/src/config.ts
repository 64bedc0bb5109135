import type { ViewHost } from './host';

/** The client that the host plays; its source is bridge/profile.go. */
export interface Profile {
  /** What --profile takes: ios, ios@0.9.50. */
  name: string;
  client: 'ios' | 'android' | 'desktop';
  /** The number behind "Qing/". */
  version: string;
  /** The ways from the page to the client. */
  channels: string[];
  userAgent: string;
  platform: string;
  vendor: string;
  maxTouchPoints: number;
  /** CSS pixels, and device pixels a CSS pixel. */
  screen: { width: number; height: number; ratio: number };
  /** How an answer reaches the page: as an object, or as a JSON string that the page library parses and coerces. */
  delivery: 'object' | 'string';
}

/** What the Go side hands to the script; see web/web.go. */
export interface Config {
  version: string;
  lang: 'zh' | 'en';
  profile: Profile;
  /** Whether the page is to hear of what the phone passes over without a word. */
  strict?: boolean;
  /** Every API that a page can call, for the synchronous form of checkJsApi. */
  apis: string[];
  /** Path of the WebSocket, in a browser. */
  socket?: string;
  /** The only origin that the script installs itself in (the window shows foreign pages too). */
  origin?: string;
  /** Sends a frame to the host, where the transport is a pair of functions. */
  post?(frame: string): void;
  /** Takes the function that receives the host's frames, where the transport is a pair of functions. */
  receive?(deliver: (frame: string) => void): void;
  /** Loads the second bundle, and returns the function that it is; absent where nothing is drawn (headless). */
  loadViews?(): Promise<(host: ViewHost) => void>;
}
