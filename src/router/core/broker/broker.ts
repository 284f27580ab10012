import type { Payload } from "../../../protocol/payload.js";
import type { Dict } from "../../../protocol/dict.js";
import type { PublicationId, WireSubscriptionId } from "../../../protocol/ids.js";
import type { Event, Publish, Subscribe, Unsubscribe } from "../../../protocol/messages.js";
import { admits } from "./audience.js";
import type { FaultState } from "../fault-state.js";
import type { Features } from "../features.js";
import { Broadcast } from "../frames.js";
import type { Member } from "../member.js";
import { audienceOf, flag, matchOf } from "../message-options.js";
import type { Audience } from "../message-options.js";
import { PatternTable } from "../pattern-table.js";
import { randomId } from "../random-id.js";
import { Refusal } from "../refusal.js";
import { Retention } from "./retention.js";
import type { Retained } from "./retention.js";
import type { Subscription } from "./subscription.js";
import { requireUnreserved, requireUri } from "../uri-rules.js";

interface Publication {
  readonly topic: string;
  readonly id: PublicationId;
  readonly details: Dict;
  readonly payload: Payload;
  readonly audience: Audience | undefined;
  /** The session that must not get it. */
  readonly excluded: Member | undefined;
}

/** Subscriptions and events of one realm. Its methods throw `Refusal` and, for broken options, `ProtocolError`. */
export class Broker {
  readonly #byTopic = new PatternTable<Subscription>();
  readonly #byId = new Map<WireSubscriptionId, Subscription>();
  readonly #retention = new Retention();
  readonly #features: Features;
  readonly #faults: FaultState;
  readonly #log: (line: string) => void;

  constructor(features: Features, faults: FaultState, log: (line: string) => void) {
    this.#features = features;
    this.#faults = faults;
    this.#log = log;
  }

  subscribe(member: Member, { request, options, topic }: Subscribe): void {
    const match = matchOf(options);
    const wantsRetained = flag(options, "get_retained") && this.#features.event_retention;
    if (match !== "exact" && !this.#features.pattern_based_subscription) {
      throw new Refusal("wamp.error.option_not_allowed", "this router has no pattern-based subscriptions");
    }
    requireUri(topic, "topic", match);
    const subscription = this.#byTopic.get(match, topic) ?? this.#create(topic, match);
    subscription.subscribers.add(member);
    const sendRetained = (): void => {
      for (const retained of wantsRetained ? this.#retention.for(subscription) : []) {
        if (retained.audience === undefined || admits(retained.audience, member)) {
          this.#replay(member, subscription, retained);
        }
      }
    };
    if (this.#faults.retainedBeforeSubscribed) sendRetained();
    member.send({ type: "SUBSCRIBED", request, subscription: subscription.id });
    if (!this.#faults.retainedBeforeSubscribed) sendRetained();
  }

  unsubscribe(member: Member, { request, subscription: id }: Unsubscribe): void {
    const subscription = this.#byId.get(id);
    if (subscription?.subscribers.has(member) !== true) {
      throw new Refusal("wamp.error.no_such_subscription", `no subscription ${id} of this session`);
    }
    this.#remove(member, subscription);
    member.send({ type: "UNSUBSCRIBED", request, details: undefined });
  }

  publish(publisher: Member, { request, options, topic, payload }: Publish): void {
    const acknowledge = flag(options, "acknowledge");
    const excludeMe = flag(options, "exclude_me", true) || !this.#features.publisher_exclusion;
    const disclose = flag(options, "disclose_me") && this.#features.publisher_identification;
    const retain = flag(options, "retain") && this.#features.event_retention;
    const named = audienceOf(options);
    requireUri(topic, "topic", "exact");
    requireUnreserved(topic, "topic");
    const publication: Publication = {
      topic,
      id: randomId() as PublicationId,
      details: disclose
        ? {
            publisher: publisher.id,
            publisher_authid: publisher.identity.authid,
            publisher_authrole: publisher.identity.authrole,
          }
        : {},
      payload,
      audience: this.#features.subscriber_blackwhite_listing ? named : undefined,
      excluded: excludeMe ? publisher : undefined,
    };
    if (retain) this.#retain(publication);
    if (this.#faults.eventBeforePublished) this.#dispatch(publication);
    if (acknowledge) publisher.send({ type: "PUBLISHED", request, publication: publication.id });
    if (!this.#faults.eventBeforePublished) this.#dispatch(publication);
  }

  /** An event of the router itself. */
  announce(topic: string, payload: Payload): void {
    const id = randomId() as PublicationId;
    this.#dispatch({ topic, id, details: {}, payload, audience: undefined, excluded: undefined });
  }

  leave(member: Member): void {
    for (const subscription of this.#byId.values()) this.#remove(member, subscription);
  }

  #dispatch(publication: Publication): void {
    for (const subscription of this.#byTopic.matching(publication.topic)) {
      const broadcast = new Broadcast(eventOf(publication, subscription));
      for (const member of subscription.subscribers) {
        if (member === publication.excluded) continue;
        if (publication.audience !== undefined && !admits(publication.audience, member)) continue;
        this.#send(member, broadcast);
      }
    }
  }

  #send(member: Member, broadcast: Broadcast): void {
    try {
      member.sendShared(broadcast);
    } catch (error) {
      // Only the publisher's payload can be at fault, and only for the receivers that need it transcoded.
      this.#log(`EVENT to session ${member.id} left out: ${String(error)}`);
    }
  }

  #retain({ topic, id, details, payload, audience }: Publication): void {
    this.#retention.keep({ topic, audience, event: { type: "EVENT", publication: id, details, payload } });
  }

  #replay(member: Member, subscription: Subscription, { topic, event }: Retained): void {
    const details = {
      ...event.details,
      ...(subscription.match === "exact" ? {} : { topic }),
      retained: true,
    };
    this.#send(member, new Broadcast({ ...event, details, subscription: subscription.id }));
  }

  #create(topic: string, match: Subscription["match"]): Subscription {
    const id = randomId() as WireSubscriptionId;
    const subscription: Subscription = { id, topic, match, subscribers: new Set() };
    this.#byTopic.set(match, topic, subscription);
    this.#byId.set(id, subscription);
    return subscription;
  }

  #remove(member: Member, subscription: Subscription): void {
    subscription.subscribers.delete(member);
    if (subscription.subscribers.size > 0) return;
    this.#byTopic.delete(subscription.match, subscription.topic);
    this.#byId.delete(subscription.id);
  }
}

function eventOf(
  { id, topic, details, payload }: Publication,
  { id: subscription, match }: Subscription,
): Event {
  return {
    type: "EVENT",
    subscription,
    publication: id,
    // Only a pattern leaves open which topic it was (WAMP, "Pattern-based Subscriptions").
    details: match === "exact" ? details : { ...details, topic },
    payload,
  };
}
