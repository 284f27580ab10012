import type { MessageName } from "../../protocol/codes.js";
import type { RouterMessage } from "../../protocol/messages.js";

/** Name of a message type that a router sends. */
export type SentName = RouterMessage["type"];

/** A message of one type. */
export type SentMessage<Name extends SentName> = Extract<RouterMessage, { readonly type: Name }>;

/** Outgoing messages held back by {@link Faults.hold}. */
export interface Hold {
  /** Returns the number of messages that are held now. */
  held(): number;
  /** Resolves when at least `count` messages are held. */
  waitFor(count: number): Promise<void>;
  /** Sends the held messages, first or last one first, and holds no more. */
  release(order?: "fifo" | "lifo"): void;
}

/** Takes a fault back. A second call does nothing. */
export type TakeBack = () => void;

/**
 * Faults for tests. Each acts from the call on, on every session, until it is taken back.
 *
 * @example
 * const hold = router.faults.hold("SUBSCRIBED");
 * const subscribed = session.subscribe("com.example.topic", handler);
 * await hold.waitFor(1);
 * hold.release();
 * await subscribed;
 */
export interface Faults {
  /** Closes every connection with a WebSocket close code; without one, destroys the sockets, and the client sees code 1006. */
  dropAll(code?: number): void;
  /** Refuses WebSocket handshakes with HTTP 503. */
  refuseConnections(on: boolean): TakeBack;
  /**
   * Reads nothing and sends nothing, while the sockets stay open; handshakes get no answer. Once this is taken back, everything
   * continues where it stopped.
   */
  stall(on: boolean): TakeBack;
  /** Holds outgoing messages of a type, all or those for which `predicate` returns true; other messages overtake them. */
  hold<Name extends SentName>(
    type: Name,
    predicate?: (message: SentMessage<Name>, session: number | undefined) => boolean,
  ): Hold;
  /**
   * Drops the next outgoing messages of a type.
   *
   * @param times number of messages to drop, 1 by default
   */
  swallow(type: SentName, times?: number): TakeBack;
  /** Sends a publisher its own EVENT before PUBLISHED. */
  eventBeforePublished(on: boolean): TakeBack;
  /** Sends retained events before SUBSCRIBED. */
  retainedBeforeSubscribed(on: boolean): TakeBack;
  /**
   * Collects the next `count` outgoing messages of a type and sends them last one first. If this is taken back earlier, the
   * collected ones are sent in order.
   */
  reverseAnswers(type: SentName, count: number): TakeBack;
  /** Sends a frame, text or binary, to one session, or to every connection. */
  sendRaw(frame: string | Uint8Array, session?: number): void;
  /** Answers the next HELLO with ABORT, with the URI given as reason. */
  abortNext(reason: string): TakeBack;
  /**
   * Sends GOODBYE to one session, or to all. A socket is closed when its client has answered.
   *
   * @param reason URI, `wamp.close.system_shutdown` by default
   */
  goodbye(reason?: string, session?: number): void;
  /** Resolves when `count` messages of a type have been received since the start or the last `resetCounts()`. */
  waitFor(type: MessageName, count: number): Promise<void>;
}
