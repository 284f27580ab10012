import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";
import { requestSize } from "../../connection/gate/message-size.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { Fifo } from "../fifo.js";
import { createFence } from "./fence.js";
import type { PendingRequest } from "./pending-request.js";

/** A message waiting for its turn. */
export interface Outgoing {
  /** Bytes (or characters) counted against the tab's limit. */
  readonly bytes: number;
  /** The request of the tab, which leaves the queue unsent once it is settled; undefined for an answer. */
  readonly pending?: PendingRequest;
  /** Writes the message, or has it refused, in one step: strict routers end a session whose ids are not sequential. */
  send(session: WireSession): void;
}

/** The two kinds of outgoing messages of a tab. */
export type OutgoingKind = "answer" | "request";

/**
 * Holds the outgoing messages of one tab, each kind in order: its requests, and its answers to invocations, which nothing blocks.
 * @param filled called when the queue may have got a message of a kind to take
 * @param unblocked called when the fence is lifted
 */
export function createSendQueue(clock: Clock, filled: (kind: OutgoingKind) => void, unblocked: () => void) {
  const fence = createFence(clock, () => {
    filled("request");
    unblocked();
  });
  const answers = new Fifo<Outgoing>();
  const requests = new Fifo<Outgoing>();
  let answerBytes = 0;
  let requestBytes = 0;
  /** Number of queued requests that are settled. */
  let dropped = 0;

  const sessionLost = (): void => {
    answers.clear();
    answerBytes = 0;
    if (fence.stands) filled("request");
    fence.reset();
  };

  const takeAnswer = (): Outgoing | undefined => {
    const item = answers.shift();
    answerBytes -= item?.bytes ?? 0;
    return item;
  };

  const takeRequest = (): Outgoing | undefined => {
    for (let item = requests.shift(); item !== undefined; item = requests.shift()) {
      if (item.pending?.settled !== true) {
        requestBytes -= item.bytes;
        if (item.pending !== undefined) item.pending.queuedBytes = 0;
        return item;
      }
      dropped = Math.max(0, dropped - 1);
    }
    return undefined;
  };

  return {
    /** Blocks the requests, never the answers. */
    fence,

    /** Bytes of the waiting requests. */
    get requestBytes(): number {
      return requestBytes;
    },

    /** Bytes of the waiting answers, which have a limit of their own: a tab full of requests must still be able to answer. */
    get answerBytes(): number {
      return answerBytes;
    },

    request(item: Outgoing): void {
      requests.push(item);
      requestBytes += item.bytes;
      if (item.pending !== undefined) item.pending.queuedBytes = item.bytes;
      filled("request");
    },

    answer(item: Outgoing): void {
      answers.push(item);
      answerBytes += item.bytes;
      filled("answer");
    },

    /** Removes and returns the next message of a kind; returns undefined if there is none or the fence blocks it. */
    take(kind: OutgoingKind): Outgoing | undefined {
      return kind === "answer" ? takeAnswer() : fence.stands ? undefined : takeRequest();
    },

    /** Releases the bytes of a request that was settled before its turn, and its place as soon as half of the queue is settled. */
    drop(pending: PendingRequest): void {
      requestBytes -= pending.queuedBytes;
      pending.queuedBytes = 0;
      dropped += 1;
      if (dropped * 2 < requests.length) return;
      dropped = 0;
      requests.keep((item) => item.pending?.settled !== true);
    },

    /** Drops the answers, whose invocations are lost with the connection, and removes the fence. The requests stay. */
    sessionLost,

    clear(): void {
      sessionLost();
      requests.clear();
      requestBytes = 0;
      dropped = 0;
    },
  };
}

export type SendQueue = ReturnType<typeof createSendQueue>;

/** Queues the message of a tab's request. */
export function enqueue(
  queue: SendQueue,
  request: AnsweredRequest,
  pending: PendingRequest,
  send: Outgoing["send"],
): void {
  queue.request({ bytes: requestSize(request), pending, send });
}
