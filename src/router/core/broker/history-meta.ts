import type { Call } from "../../../protocol/messages.js";
import type { Arguments } from "../../../codec/serializer.js";
import type { Member } from "../member.js";
import { Refusal } from "../refusal.js";
import { decodeArguments } from "../session-meta.js";
import type { HistoryForm } from "../settings.js";
import { show } from "../values.js";
import type { EventHistory, KeptEvent } from "./event-history.js";
import type { Subscription } from "./subscription.js";

/** Number of events in an answer of Crossbar.io's form if the caller names none. */
const DEFAULT_LIMIT = 10;

/** Answers calls for the history of a subscription (WAMP, "Event History"), in the form in which one of the real routers does. */
export class HistoryMeta {
  readonly #history: EventHistory;
  readonly #find: (id: unknown) => Subscription | undefined;
  readonly #form: HistoryForm;

  constructor(history: EventHistory, find: (id: unknown) => Subscription | undefined, form: HistoryForm) {
    this.#history = history;
    this.#find = find;
    this.#form = form;
  }

  /** Answers a call of `wamp.subscription.get_events`; returns false for any other. Throws `Refusal`. */
  call(caller: Member, { request, procedure, payload }: Call): boolean {
    if (procedure !== "wamp.subscription.get_events") return false;
    const { args, kwargs } = decodeArguments(caller, payload);
    const result =
      this.#form === "nexus" ? this.#likeNexus(caller, args[0], kwargs) : this.#likeCrossbar(caller, args);
    caller.send({
      type: "RESULT",
      request,
      details: {},
      payload: caller.serializer.encodePayload(result.args, result.kwargs),
    });
    return true;
  }

  /** One list, the newest event first. */
  #likeCrossbar(caller: Member, [id, limit = DEFAULT_LIMIT]: readonly unknown[]): Arguments {
    const subscription = this.#find(id);
    if (subscription === undefined)
      throw new Refusal("wamp.error.no_such_subscription", `no subscription ${show(id)}`);
    const history = this.#history.of(subscription, caller);
    if (history === undefined)
      throw new Refusal("wamp.error.history_unavailable", `no event history of ${subscription.topic}`);
    if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1)
      throw new Refusal(
        "wamp.error.invalid_argument",
        `limit must be a positive integer, got ${show(limit)}`,
      );
    const events = history.events
      .slice(-limit)
      .reverse()
      .flatMap((event) => {
        const { time, publisher, publication, topic } = event;
        const { authid, authrole } = publisher.identity;
        return withArguments(caller, event, ({ args, kwargs }) => ({
          time_ns: time * 1_000_000,
          session_id: publisher.id,
          authid,
          authrole,
          publication,
          topic,
          args,
          kwargs,
        }));
      });
    return { args: [events], kwargs: {} };
  }

  /** Each event an argument, the oldest first. A subscription without a history has none, and the limit is not respected. */
  #likeNexus(caller: Member, id: unknown, { reverse }: Arguments["kwargs"]): Arguments {
    const subscription = this.#find(id);
    const history = subscription && this.#history.of(subscription, caller);
    const events = (history?.events ?? []).flatMap((event) =>
      withArguments(caller, event, ({ args, kwargs }) => ({
        Subscription: subscription?.id,
        Publication: event.publication,
        Details: subscription?.match === "exact" ? event.details : { ...event.details, topic: event.topic },
        Arguments: args,
        ArgumentsKw: kwargs,
      })),
    );
    const ordered = reverse === true ? events.reverse() : events;
    return { args: ordered, kwargs: { is_limit_reached: history?.isFull ?? false } };
  }
}

/** Leaves out an event whose arguments cannot be read: the publisher has made them. */
function withArguments<Shown>(
  caller: Member,
  { payload }: KeptEvent,
  toShown: (decoded: Arguments) => Shown,
): Shown[] {
  try {
    return [toShown(caller.serializer.decodePayload(caller.convert(payload)))];
  } catch {
    return [];
  }
}
