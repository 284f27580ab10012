import type { Dict } from "../../../protocol/dict.js";
import type { PublicationId, WireSubscriptionId } from "../../../protocol/ids.js";
import type { Event, Publish, Subscribe, Unsubscribe } from "../../../protocol/messages.js";
import type { Payload } from "../../../protocol/payload.js";
import type { Behaviour } from "../behaviour.js";
import type { Environment } from "../environment.js";
import type { Features } from "../features.js";
import type { Member } from "../member.js";
import { parseAudience, parseFlag, parseMatch } from "../message-options.js";
import type { Audience } from "../message-options.js";
import { PatternTable } from "../pattern-table.js";
import { parsePassthru } from "../passthru.js";
import { Refusal } from "../refusal.js";
import type { CoreSettings, HistoryForm } from "../settings.js";
import { requireUnreserved, requireUri } from "../uri-rules.js";
import { admits } from "./audience.js";
import { EventHistory } from "./event-history.js";
import { HistoryMeta } from "./history-meta.js";
import { Retention } from "./retention.js";
import type { Retained } from "./retention.js";
import type { Subscription } from "./subscription.js";

interface Publication {
  readonly topic: string;
  readonly id: PublicationId;
  readonly details: Dict;
  readonly payload: Payload;
  readonly audience: Audience | undefined;
  /** The session that does not get the event (WAMP, "Publisher Exclusion"). */
  readonly excluded: Member | undefined;
}

/** Subscriptions and events of one realm. Its methods throw `Refusal` and, for invalid options, `ProtocolError`. */
export class Broker {
  readonly #byTopic = new PatternTable<Subscription>();
  readonly #byId = new Map<WireSubscriptionId, Subscription>();
  readonly #retention = new Retention();
  readonly #history: EventHistory;
  readonly #features: Features;
  readonly #environment: Environment;
  readonly #behaviour: Behaviour;
  readonly #log: (line: string) => void;

  constructor({ features, eventHistory, log }: CoreSettings, environment: Environment, behaviour: Behaviour) {
    this.#features = features;
    this.#history = new EventHistory(eventHistory.topics);
    this.#environment = environment;
    this.#behaviour = behaviour;
    this.#log = log;
  }

  subscribe(member: Member, { request, options, topic }: Subscribe): void {
    const match = parseMatch(options);
    const wantsRetained = parseFlag(options, "get_retained") && this.#features.event_retention;
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
    if (this.#behaviour.retainedBeforeSubscribed) sendRetained();
    member.send({ type: "SUBSCRIBED", request, subscription: subscription.id });
    if (!this.#behaviour.retainedBeforeSubscribed) sendRetained();
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
    const acknowledge = parseFlag(options, "acknowledge");
    const excludeMe = parseFlag(options, "exclude_me", true) || !this.#features.publisher_exclusion;
    const disclose = parseFlag(options, "disclose_me") && this.#features.publisher_identification;
    const retain = parseFlag(options, "retain") && this.#features.event_retention;
    const named = parseAudience(options);
    const passthru = parsePassthru(publisher, "publisher", options, this.#features);
    requireUri(topic, "topic", "exact");
    requireUnreserved(topic, "topic");
    const publication: Publication = {
      topic,
      id: this.#environment.randomId() as PublicationId,
      details: {
        ...(disclose && {
          publisher: publisher.id,
          publisher_authid: publisher.identity.authid,
          publisher_authrole: publisher.identity.authrole,
        }),
        ...passthru,
      },
      payload,
      audience: this.#features.subscriber_blackwhite_listing ? named : undefined,
      excluded: excludeMe ? publisher : undefined,
    };
    if (retain) this.#retain(publication);
    const { id, details, audience } = publication;
    this.#history.keep({ publication: id, topic, publisher, details, payload, audience, time: Date.now() });
    if (this.#behaviour.eventBeforePublished) this.#dispatch(publication);
    if (acknowledge) publisher.send({ type: "PUBLISHED", request, publication: publication.id });
    if (!this.#behaviour.eventBeforePublished) this.#dispatch(publication);
  }

  /** Sends an event that the router itself publishes. */
  announce(topic: string, payload: Payload): void {
    const id = this.#environment.randomId() as PublicationId;
    this.#dispatch({ topic, id, details: {}, payload, audience: undefined, excluded: undefined });
  }

  /** Returns the procedures of the event history. */
  historyMeta(form: HistoryForm): HistoryMeta {
    return new HistoryMeta(this.#history, (id) => this.#byId.get(id as WireSubscriptionId), form);
  }

  /** Returns the subscriptions of one session, in the order in which they were made. */
  of(member: Member): Subscription[] {
    return [...this.#byId.values()].filter(({ subscribers }) => subscribers.has(member));
  }

  leave(member: Member): void {
    for (const subscription of this.#byId.values()) this.#remove(member, subscription);
  }

  #dispatch(publication: Publication): void {
    for (const subscription of this.#byTopic.matching(publication.topic)) {
      const event = eventFromPublication(publication, subscription);
      for (const member of subscription.subscribers) {
        if (member === publication.excluded) continue;
        if (publication.audience !== undefined && !admits(publication.audience, member)) continue;
        this.#send(member, event);
      }
    }
  }

  #send(member: Member, event: Event): void {
    try {
      member.send(event);
    } catch (error) {
      // The cause can only be the publisher's payload, and only for receivers that need it transcoded.
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
    this.#send(member, { ...event, details, subscription: subscription.id });
  }

  #create(topic: string, match: Subscription["match"]): Subscription {
    const id = this.#environment.randomId() as WireSubscriptionId;
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

/** The message is one object for all receivers, so that a transport may encode it once. */
function eventFromPublication(
  { id, topic, details, payload }: Publication,
  { id: subscription, match }: Subscription,
): Event {
  return {
    type: "EVENT",
    subscription,
    publication: id,
    // The subscriber cannot know the topic if it subscribed to a pattern (WAMP, "Pattern-based Subscriptions").
    details: match === "exact" ? details : { ...details, topic },
    payload,
  };
}
