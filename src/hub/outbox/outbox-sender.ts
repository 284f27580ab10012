import type { ErrorRecord } from "../../contract/errors.js";
import type { RequestId } from "../../contract/ids.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import { timedOut, wampErrorFromHub } from "../error-records.js";
import type { Publications } from "../pubsub/publications.js";
import type { PublisherExclusions } from "../pubsub/publisher-exclusions.js";
import { call } from "../rpc/calls.js";
import { PendingRequest } from "../tab/pending-request.js";
import type { Settlement } from "../tab/pending-request.js";
import type { SendQueue } from "../tab/send-queue.js";
import type { Tab } from "../tab/tab.js";
import type { Entry } from "./entry.js";

/** Entries on the wire at the same time whose answer is not overdue, of which a lost connection may repeat some. */
const WINDOW = 16;

export interface SenderParts {
  /** The queue of the outbox, which takes its turn among those of the tabs. */
  readonly queue: SendQueue;
  /** Sends what is queued. */
  readonly pump: () => void;
  readonly publications: Publications;
  readonly exclusions: PublisherExclusions;
  readonly isAttached: (tab: Tab) => boolean;
  /** Called with the answer to an entry, or with the reason why there is none. */
  readonly settled: (entry: Entry, notice: Settlement) => void;
  /** Called when there is room without an answer. */
  readonly freed: () => void;
}

/** Sends the entries of the outbox as the requests of a tab are sent, but in the name of none. */
export function createOutboxSender(env: Environment, config: SessionConfig, parts: SenderParts) {
  const { queue, publications, exclusions, isAttached } = parts;
  let inFlight = 0;
  /** Those of them that keep others from being sent. */
  let awaited = 0;
  let last = 0;

  /** Gives an entry a place in the window until the returned function is called. */
  const occupy = (): (() => void) => {
    let isFreed = false;
    awaited += 1;
    return () => {
      if (!isFreed) awaited -= 1;
      isFreed = true;
    };
  };

  const begin = (entry: Entry): PendingRequest => {
    last += 1;
    inFlight += 1;
    const free = occupy();
    let stop = (): void => undefined;
    const pending = new PendingRequest(
      last as RequestId,
      { clock: env.clock, timeout: 0, offline: "wait" },
      (wire, notice) => {
        inFlight -= 1;
        stop();
        free();
        if (wire.sent) entry.endedAttempts += 1;
        else queue.drop(wire);
        if (notice !== undefined && entry.wire === wire) parts.settled(entry, notice);
      },
    );
    // Time that an entry waits to be sent does not count: later ones would overtake it.
    pending.onSent = () => {
      stop = env.clock.after(config.requestTimeout, () => {
        // An acknowledgement is due as soon as the router has the publication; some callees take hours for an answer.
        if (entry.content.kind === "publish") pending.giveUp(timedOut(config.requestTimeout, true));
        free();
        parts.freed();
      });
    };
    return pending;
  };

  /** The tab that made the publication is excluded from it, as long as it is there; no other one is. */
  const exclusionOf = ({ waiter }: Entry) =>
    waiter !== undefined && isAttached(waiter.tab) ? exclusions.for(waiter.tab) : undefined;

  const request = (entry: Entry, wire: PendingRequest): void => {
    const { kind, uri, options, payload } = entry.content;
    const common = { request: wire.request, payload, timeout: 0, offline: "wait" } as const;
    if (kind === "call") call({ queue }, { kind, procedure: uri, options, ...common }, wire);
    else {
      const exclusion = exclusionOf(entry);
      const acknowledged = { ...options, acknowledge: true };
      publications.publish(
        { queue, ...(exclusion && { exclusion }) },
        { kind, topic: uri, options: acknowledged, ...common },
        wire,
      );
    }
    parts.pump();
  };

  return {
    get inFlight(): number {
      return inFlight;
    },

    get hasRoom(): boolean {
      return awaited < WINDOW;
    },

    /** Sends an entry, once its payload can be read: an earlier worker may have had serializers that this one loads only now. */
    send(entry: Entry): void {
      const wire = begin(entry);
      entry.wire = wire;
      const { serializer } = entry.content.payload;
      if (env.codecs.find(serializer) !== undefined) return request(entry, wire);
      env.codecs.load(serializer).then(
        () => {
          if (!wire.settled) request(entry, wire);
        },
        (cause: unknown) => wire.reject(unreadable(serializer, cause)),
      );
    },
  };
}

/** Returns the reason, which may pass, why an entry cannot be sent. */
function unreadable(serializer: SerializerName, cause: unknown): ErrorRecord {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return wampErrorFromHub(
    "wamp.error.unavailable",
    `the serializer "${serializer}" could not be loaded: ${reason}`,
  );
}
