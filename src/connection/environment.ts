import type { Serializer } from "../codec/serializer.js";
import type { AuthConfig } from "../contract/session-config.js";
import type { Dict } from "../protocol/dict.js";
import type { SerializerName } from "../protocol/payload.js";
import type { Clock } from "../web/clock.js";

/** Everything that a connection needs of the world. */
export interface ConnectionEnvironment {
  readonly clock: Clock;
  /** Returns a number in [0, 1), as `Math.random` does. */
  readonly random: () => number;
  readonly sockets: SocketFactory;
  readonly serializers: Readonly<Record<SerializerName, Serializer>>;
  readonly authenticators: Readonly<Record<AuthConfig["method"], Authenticator>>;
  /** `HELLO.Details.agent`. */
  readonly agent: string;
}

/** Receives what happens to a socket. */
export interface SocketEvents {
  opened(subprotocol: string): void;
  received(frame: string | Uint8Array): void;
  /** Called once, also when the socket could not be opened; no other event follows. */
  closed(code: number, reason: string): void;
}

/** One WebSocket. */
export interface Socket {
  send(frame: string | Uint8Array<ArrayBuffer>): void;
  close(code: number, reason: string): void;
  /** Bytes given to `send` that have not left. */
  readonly bufferedAmount: number;
}

/** Opens WebSockets. */
export interface SocketFactory {
  /** Opens a socket, whose events come in later tasks. Throws for a URL that no WebSocket takes. */
  open(url: string, subprotocols: readonly string[], events: SocketEvents): Socket;
}

/** One authentication method, client side. */
export interface Authenticator {
  /** The name in HELLO's `authmethods`. */
  readonly method: string;
  /** Answers CHALLENGE; `secret` is what the application gave. */
  answer(challenge: Dict, secret: string): Promise<{ readonly signature: string; readonly extra: Dict }>;
}
