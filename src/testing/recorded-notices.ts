import { jsonPayloads } from "../codec/json-payload.js";
import type { PayloadCodec } from "../codec/serializer.js";
import type { SubscriptionHandle } from "../contract/ids.js";
import type { LastSeen } from "../contract/gap.js";
import type { EventTarget, Notice } from "../contract/notices.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";

export type InvocationNotice = Extract<Notice, { readonly kind: "invocation" }>;

/** An event as a handler gets it. */
export interface DeliveredEvent {
  readonly subscription: SubscriptionHandle;
  readonly publication: number;
  readonly args: readonly unknown[];
  readonly details: Dict;
}

/** Notices that the hub has delivered to one tab, and the events in them. */
export class RecordedNotices {
  readonly notices: Notice[] = [];
  readonly events: DeliveredEvent[] = [];
  /** The places of the subscriptions that catch up, as their page keeps them for the next worker. */
  readonly seen = new Map<number, LastSeen>();
  codec: PayloadCodec = jsonPayloads;

  get invocations(): InvocationNotice[] {
    return this.of("invocation");
  }

  of<Kind extends Notice["kind"]>(kind: Kind): Extract<Notice, { readonly kind: Kind }>[] {
    return this.notices.filter(
      (notice): notice is Extract<Notice, { readonly kind: Kind }> => notice.kind === kind,
    );
  }

  /** First arguments of all events, in order. */
  get heard(): unknown[] {
    return this.events.map(({ args }) => args[0]);
  }

  /** First arguments of the events of one subscription, in order. */
  heardBy({ handle }: { readonly handle: number }): unknown[] {
    return this.events.filter((event) => event.subscription === handle).map(({ args }) => args[0]);
  }

  decode(payload: Payload): readonly unknown[] {
    return this.codec.decodePayload(payload).args;
  }

  protected record(notice: Notice): void {
    this.notices.push(notice);
    if (notice.kind === "event") {
      const { target, publication, payload, details } = notice;
      this.#recordEvent(target, publication, this.decode(payload), details);
    } else if (notice.kind === "seen") this.seen.set(notice.subscription, notice.publication);
    else if (notice.kind === "events") {
      const { targets, publications, details, payloads } = notice;
      this.codec.decodeJoined(payloads).forEach(({ args, failure }, index) => {
        if (args === undefined) throw failure;
        const target = targets[targets.length === 1 ? 0 : index] ?? [];
        this.#recordEvent(target, publications[index] ?? 0, args, details[index] ?? {});
      });
    }
  }

  #recordEvent(target: EventTarget, publication: number, args: readonly unknown[], details: Dict): void {
    for (const subscription of typeof target === "number" ? [target] : target) {
      this.events.push({ subscription, publication, args, details });
      if (details["retained"] !== true) this.seen.set(subscription, publication);
    }
  }
}
