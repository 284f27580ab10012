import type { Authentication } from "../auth/authentication.js";
import type { Codecs } from "../codec/codecs.js";
import type { Frame } from "../codec/serializer.js";
import type { Clock } from "../web/clock.js";

/** The environment of a connection. */
export interface ConnectionEnvironment {
  readonly clock: Clock;
  /**
   * Returns the time of the computer's clock in milliseconds, which goes on while the computer sleeps or no worker runs, and may be set. Undefined where the
   * connection is in memory and cannot be half-open: it is not observed there, so that no timer runs.
   */
  readonly wallTime: (() => number) | undefined;
  /** Returns a number in [0, 1), as `Math.random` does. */
  readonly random: () => number;
  readonly sockets: SocketFactory;
  readonly codecs: Codecs;
  readonly authentication: Authentication;
  /** `HELLO.Details.agent`. */
  readonly agent: string;
  /** Logs an error that cannot be reported to a tab. */
  readonly log: (message: string, cause?: unknown) => void;
}

/** Receives the events of a socket. */
export interface SocketEvents {
  opened(subprotocol: string): void;
  received(frame: Frame): void;
  /** Called once, even if the socket could not be opened; no other event follows. */
  closed(code: number, reason: string): void;
}

/** One WebSocket. */
export interface Socket {
  send(frame: Frame<ArrayBuffer>): void;
  close(code: number): void;
  /** Bytes passed to `send` that have not been transmitted. */
  readonly bufferedAmount: number;
}

/** Opens WebSockets. */
export interface SocketFactory {
  /** Opens a socket, whose events are fired in later tasks. Throws for a URL that the browser refuses. */
  open(url: string, subprotocols: readonly string[], events: SocketEvents): Socket;
}
