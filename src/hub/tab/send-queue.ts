import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";
import { suspectKey } from "../../connection/suspects.js";
import type { SuspectKey } from "../../connection/suspects.js";
import { requestSize } from "../../connection/gate/message-size.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { Fifo } from "../fifo.js";
import { Fence } from "./fence.js";
import type { PendingRequest } from "./pending-request.js";

/** A message waiting for its turn. */
export interface Outgoing {
  /** Bytes (or characters) counted against the tab's limit. */
  readonly bytes: number;
  /** The request of the tab, which leaves the queue unsent once it is settled; undefined for an answer. */
  readonly pending?: PendingRequest;
  /** Names the request, if routers may end the session over it. */
  readonly key?: SuspectKey;
  /** Writes the message, or has it refused, in one step: strict routers end a session whose ids are not sequential. */
  send(session: WireSession): void;
}

/** The two kinds of outgoing messages of a tab. */
export type OutgoingKind = "answer" | "request";

/** Holds the outgoing messages of one tab, each kind in order: its requests, and its answers to invocations, which nothing blocks. */
export class SendQueue {
  /** Blocks the requests, never the answers. */
  readonly fence: Fence;
  readonly #filled: (kind: OutgoingKind) => void;
  readonly #answers = new Fifo<Outgoing>();
  readonly #requests = new Fifo<Outgoing>();
  /** A request that was taken too early, and precedes the others. */
  #returned: Outgoing | undefined;
  #answerBytes = 0;
  #requestBytes = 0;
  /** Number of queued requests that are settled. */
  #dropped = 0;

  /**
   * @param filled called when the queue may have got a message of a kind to take
   * @param unblocked called when the fence is lifted
   */
  constructor(clock: Clock, filled: (kind: OutgoingKind) => void, unblocked: () => void) {
    this.#filled = filled;
    this.fence = new Fence(clock, () => {
      filled("request");
      unblocked();
    });
  }

  /** Bytes of the waiting requests. */
  get requestBytes(): number {
    return this.#requestBytes;
  }

  /** Bytes of the waiting answers, which have a limit of their own: a tab full of requests must still be able to answer. */
  get answerBytes(): number {
    return this.#answerBytes;
  }

  request(item: Outgoing): void {
    this.#requests.push(item);
    this.#requestBytes += item.bytes;
    if (item.pending !== undefined) item.pending.queuedBytes = item.bytes;
    this.#filled("request");
  }

  answer(item: Outgoing): void {
    this.#answers.push(item);
    this.#answerBytes += item.bytes;
    this.#filled("answer");
  }

  /** Removes and returns the next message of a kind; returns undefined if there is none or the fence blocks it. */
  take(kind: OutgoingKind): Outgoing | undefined {
    return kind === "answer" ? this.#takeAnswer() : this.fence.stands ? undefined : this.#takeRequest();
  }

  /** Takes a request back that must wait, and those behind it: their order is the application's. */
  putBack(item: Outgoing): void {
    this.#returned = item;
    this.#requestBytes += item.bytes;
    if (item.pending !== undefined) item.pending.queuedBytes = item.bytes;
  }

  /** Releases the bytes of a request that was settled before its turn, and its place as soon as half of the queue is settled. */
  drop(pending: PendingRequest): void {
    this.#requestBytes -= pending.queuedBytes;
    pending.queuedBytes = 0;
    this.#dropped += 1;
    if (this.#dropped * 2 < this.#requests.length) return;
    this.#dropped = 0;
    this.#requests.keep((item) => item.pending?.settled !== true);
  }

  /** Drops the answers, whose invocations are lost with the connection, and removes the fence. The requests stay. */
  sessionLost(): void {
    this.#answers.clear();
    this.#answerBytes = 0;
    if (this.fence.stands) this.#filled("request");
    this.fence.reset();
  }

  clear(): void {
    this.sessionLost();
    this.#requests.clear();
    this.#returned = undefined;
    this.#requestBytes = 0;
    this.#dropped = 0;
  }

  #takeAnswer(): Outgoing | undefined {
    const item = this.#answers.shift();
    this.#answerBytes -= item?.bytes ?? 0;
    return item;
  }

  #nextRequest(): Outgoing | undefined {
    const next = this.#returned ?? this.#requests.shift();
    this.#returned = undefined;
    return next;
  }

  #takeRequest(): Outgoing | undefined {
    for (let item = this.#nextRequest(); item !== undefined; item = this.#nextRequest()) {
      if (item.pending?.settled !== true) {
        this.#requestBytes -= item.bytes;
        if (item.pending !== undefined) item.pending.queuedBytes = 0;
        return item;
      }
      this.#dropped = Math.max(0, this.#dropped - 1);
    }
    return undefined;
  }
}

/** Queues the message of a tab's request. */
export function enqueue(
  queue: SendQueue,
  request: AnsweredRequest,
  pending: PendingRequest,
  send: Outgoing["send"],
): void {
  const key = keyOf(request);
  queue.request({ bytes: requestSize(request), pending, send, ...(key !== undefined && { key }) });
}

function keyOf(request: AnsweredRequest): SuspectKey | undefined {
  switch (request.kind) {
    case "call":
      return suspectKey(request.kind, request.procedure);
    case "publish":
      return suspectKey(request.kind, request.topic);
    case "subscribe":
      return suspectKey(request.kind, request.topic, request.options.match);
    case "register":
      return suspectKey(request.kind, request.procedure, request.options.match);
    default:
      return undefined;
  }
}
