import type { AuthConfig } from "../contract/session-config.js";
import type { StorageStatus } from "../contract/status.js";
import type { Dict } from "../protocol/dict.js";
import type { Serializer } from "../codec/serializer.js";
import type { SerializerName } from "../protocol/payload.js";

/** What the hub needs of the world. The worker's entry gives the real things, a unit test fakes. */
export interface Environment {
  readonly clock: Clock;
  /** A number in [0, 1), as `Math.random`. */
  readonly random: () => number;
  /** A random id, unique for ever. */
  readonly randomId: () => string;
  /** Runs `task` in a later task of the event loop, as soon as possible, in order. */
  readonly defer: (task: () => void) => void;
  /** Runs `task` after a pause of a few milliseconds, long enough for the rest of a burst to come and too short to be noticed. */
  readonly pause: (task: () => void) => void;
  readonly locks: Locks;
  readonly sockets: SocketFactory;
  readonly store: Store;
  readonly serializers: Readonly<Record<SerializerName, Serializer>>;
  readonly authenticators: Readonly<Record<AuthConfig["method"], Authenticator>>;
  /** Where a fault goes that no tab can be told of. */
  readonly log: (message: string, cause?: unknown) => void;
  /** `HELLO.Details.agent`. */
  readonly agent: string;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Returns what takes the timer back; taking back twice, or after it fired, does nothing. */
  after(milliseconds: number, task: () => void): () => void;
}

export interface Locks {
  /** Calls `gone` once when the holder of the lock has released it or died. Returns what stops watching. */
  watch(name: string, gone: () => void): () => void;
}

export interface SocketEvents {
  opened(subprotocol: string): void;
  received(frame: string | Uint8Array): void;
  /** Once, whatever happened; nothing comes after it. Also when the socket could not be opened. */
  closed(code: number, reason: string): void;
}

export interface Socket {
  send(frame: string | Uint8Array<ArrayBuffer>): void;
  close(code: number, reason: string): void;
  /** Bytes given to `send` that have not left. */
  readonly bufferedAmount: number;
}

export interface SocketFactory {
  /** May throw for a URL that no WebSocket takes. Events come in later tasks. */
  open(url: string, subprotocols: readonly string[], events: SocketEvents): Socket;
}

/** What a session needs to come back. Never holds a secret. No method rejects: what fails is told by `status`. */
export interface Store {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  readonly status: StorageStatus;
}

/** One authentication method, client side. */
export interface Authenticator {
  /** The name in HELLO's `authmethods`. */
  readonly method: string;
  /** Answers CHALLENGE; `secret` is what the application gave. */
  answer(challenge: Dict, secret: string): Promise<{ readonly signature: string; readonly extra: Dict }>;
}
