import type { MessageName } from "../../protocol/message-table.js";
import type { RouterMessage } from "../../protocol/messages.js";

/** Names of the messages that a router sends. */
export type SentName = RouterMessage["type"];

/** A message of one type, as the router sends it. */
export type SentMessage<Name extends SentName> = Extract<
  RouterMessage,
  {
    /** Name of the message. */
    readonly type: Name;
  }
>;

/** Names of the requests that a connection may be dropped over. */
export type DeadlyName = "CALL" | "PUBLISH" | "SUBSCRIBE" | "REGISTER";

/** A hold on outgoing messages, created by {@link Faults.hold}. */
export interface Hold {
  /** Returns the number of messages that are held now. */
  held(): number;
  /** Resolves when at least `count` messages are held. */
  waitFor(count: number): Promise<void>;
  /**
   * Sends the held messages and stops holding.
   *
   * @param order the order in which the messages were held, or the reverse; "fifo" by default
   */
  release(order?: "fifo" | "lifo"): void;
}

/** Removes a fault. A second call does nothing. */
export type TakeBack = () => void;

/** Injects faults for tests. A fault affects all sessions from the moment of the call until it is removed. */
export interface Faults {
  /**
   * Closes every connection now.
   *
   * @param code close code of the WebSocket; without it the sockets are destroyed, and clients see 1006
   */
  dropAll(code?: number): void;
  /**
   * Destroys each connection over a request with the URI, without an answer, as a router with a defect does; its client sees 1006.
   *
   * @param uri topic or procedure
   * @param type the requests that have this effect; by default all with the URI
   * @example
   * const takeBack = router.faults.dropOn("com.example.topic", "SUBSCRIBE");
   * takeBack();
   */
  dropOn(uri: string, type?: DeadlyName): TakeBack;
  /** Refuses WebSocket handshakes with HTTP 503. */
  refuseConnections(on: boolean): TakeBack;
  /** Gives further connections only plain subprotocols, one message in each frame, as routers do that know no others. */
  plainOnly(on: boolean): TakeBack;
  /** Reads and sends nothing while the sockets stay open; handshakes get no answer. Once removed, everything continues where it stopped. */
  stall(on: boolean): TakeBack;
  /** Closes each connection right after its WELCOME. */
  expelWelcomed(on: boolean): TakeBack;
  /**
   * Bounds the queue of outgoing messages of each session. The queue is sent in a later turn of the event loop; a message that finds it
   * full is dropped, whatever its type, and counted in `counts.dropped`. Nexus has such a queue, of 64 messages.
   *
   * @param limit number of messages; `Infinity` for no bound
   * @example
   * const takeBack = router.faults.queueLimit(64);
   * takeBack();
   */
  queueLimit(limit: number): TakeBack;
  /**
   * Closes a connection with code 1009 over a larger message from its client (RFC 6455, section 7.4.1), as a router or a proxy with a small
   * limit does. Without this fault the limit is 16 MiB.
   *
   * @param bytes size of a message, without the headers of its frames; `Infinity` for no limit but that one
   * @example
   * const takeBack = router.faults.messageSizeLimit(100_000);
   * takeBack();
   */
  messageSizeLimit(bytes: number): TakeBack;
  /**
   * Holds outgoing messages back; other messages overtake them.
   *
   * @param type the messages to hold
   * @param predicate holds only the messages for which it returns true; `session` is the receiver's WAMP session id
   * @example
   * const hold = router.faults.hold("PUBLISHED");
   * await hold.waitFor(1);
   * hold.release();
   */
  hold<Name extends SentName>(
    type: Name,
    predicate?: (message: SentMessage<Name>, session: number | undefined) => boolean,
  ): Hold;
  /**
   * Drops outgoing messages.
   *
   * @param type the messages to drop
   * @param times how many of them; 1 by default
   */
  swallow(type: SentName, times?: number): TakeBack;
  /** Sends a publisher its own EVENT before PUBLISHED. */
  eventBeforePublished(on: boolean): TakeBack;
  /** Sends retained events before SUBSCRIBED. */
  retainedBeforeSubscribed(on: boolean): TakeBack;
  /**
   * Collects outgoing messages and sends them in reverse order. If the fault is removed before that, the collected messages are sent in order.
   *
   * @param type the messages to reverse
   * @param count how many of them to collect
   */
  reverseAnswers(type: SentName, count: number): TakeBack;
  /**
   * Sends an encoded message unchanged. With a batched subprotocol it is framed as the only message of its batch.
   *
   * @param message text or bytes
   * @param session WAMP session id of the receiver; without it every connection gets the message
   */
  sendRaw(message: string | Uint8Array, session?: number): void;
  /**
   * Sends a frame unchanged: with a batched subprotocol also one that is not a batch.
   *
   * @param frame a text or binary frame
   * @param session WAMP session id of the receiver; without it every connection gets the frame
   */
  sendFrame(frame: string | Uint8Array, session?: number): void;
  /**
   * Answers the next HELLO with ABORT (WAMP, "ABORT").
   *
   * @param reason URI of the ABORT
   */
  abortNext(reason: string): TakeBack;
  /**
   * Sends GOODBYE (WAMP, "GOODBYE"). A socket is closed when its client has answered.
   *
   * @param reason URI of the GOODBYE; `wamp.close.system_shutdown` by default
   * @param session WAMP session id of the receiver; without it every session gets the GOODBYE
   */
  goodbye(reason?: string, session?: number): void;
  /** Resolves when `count` messages of a type have been received since the start or the last `resetCounts()`. */
  waitFor(type: MessageName, count: number): Promise<void>;
}
