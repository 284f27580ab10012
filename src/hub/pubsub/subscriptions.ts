import { invalidArgument } from "../../connection/error-records.js";
import { requestSize } from "../../connection/gate/message-size.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { PublicationId, WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import type { Clock } from "../../web/clock.js";
import { optionConflict } from "../error-records.js";
import type { RestoreQueue } from "../restoring.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { TabTable } from "../tab-table.js";
import type { Tab } from "../tab/tab.js";
import { relayEvent } from "./event-delivery.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import type { PublisherExclusions } from "./publisher-exclusions.js";
import { UnrecognizedTopics } from "./unrecognized-topics.js";
import { sameOptions, showOptions } from "./wire-subscription.js";
import type { LocalSubscription } from "./wire-subscription.js";
import { WireSubscriptions } from "./wire-subscriptions.js";

type SubscribeRequest = Extract<AnsweredRequest, { kind: "subscribe" }>;

/** The subscriptions of all tabs of a session (WAMP, "Publish and Subscribe"). */
export class Subscriptions {
  readonly #exclusions: PublisherExclusions;
  readonly #locals = new TabTable<SubscriptionHandle, LocalSubscription>();
  readonly #wires: WireSubscriptions;
  readonly #unrecognized = new Map<PublisherExclusion, UnrecognizedTopics>();

  constructor(
    clock: Clock,
    requestTimeout: number,
    session: () => WireSession | undefined,
    restores: RestoreQueue,
    exclusions: PublisherExclusions,
  ) {
    this.#exclusions = exclusions;
    this.#wires = new WireSubscriptions({
      clock,
      requestTimeout,
      session,
      restores,
      locals: this.#locals,
      mustComeBehind: ({ exclusion, wire }) => this.#unrecognized.get(exclusion)?.anyFor(wire) === true,
    });
  }

  subscribe(tab: Tab, request: SubscribeRequest, pending: PendingRequest): void {
    const { subscription: handle, topic } = request;
    if (this.#locals.get(tab, handle) !== undefined) {
      return pending.reject(invalidArgument("The subscription handle", handle, "one that is not in use"));
    }
    const { match = "exact", get_retained: wantsRetained = false, ...options } = request.options;
    const wire = this.#wires.entryFor(topic, match, options);
    if (!sameOptions(wire.options, options)) {
      return pending.reject(
        optionConflict(
          `The session already has the ${match} subscription to ${topic} with the options ` +
            `${showOptions(wire.options)}, but the tab asked for ${showOptions(options)}`,
        ),
      );
    }
    const exclusion = this.#exclusions.for(tab);
    const local = {
      tab,
      exclusion,
      handle,
      wire,
      // The retained event has been delivered already.
      wantsRetained: wantsRetained && request.replayed !== true,
      replayed: request.replayed === true,
      pending,
      active: false,
      removed: false,
    };
    wire.locals.add(local);
    this.#locals.set(tab, handle, local);
    pending.onGivenUp = () => void this.#wires.remove(local);
    tab.queue.request({
      bytes: requestSize(request),
      pending,
      send: (session) => this.#wires.subscribe(local, session),
    });
  }

  unsubscribe(tab: Tab, handle: SubscriptionHandle, pending: PendingRequest): void {
    const local = this.#locals.get(tab, handle);
    if (local !== undefined && !local.pending.settled) local.pending.cancel("skip", 0);
    const done = (): void => pending.resolve({ kind: "done", request: pending.request });
    if (local === undefined || !this.#wires.remove(local, done)) done();
    else pending.sent = true;
  }

  /** Releases the state of a tab that has departed. With `linger`, the router keeps sending, in case the tab is being reloaded. */
  release(tab: Tab, linger: boolean): void {
    this.#unrecognized.delete(this.#exclusions.for(tab));
    for (const local of this.#locals.values(tab)) {
      if (linger) this.#wires.detach(local);
      else this.#wires.remove(local);
    }
  }

  count(tab: Tab): number {
    return this.#locals.count(tab);
  }

  /** Tells whether a tab other than the publisher's has, or waits for, a subscription that matches the topic. */
  anyOutside(publisher: PublisherExclusion | undefined, topic: string): boolean {
    for (const wire of this.#wires.matching(topic)) {
      if (wire.locals.anyOutside(publisher)) return true;
    }
    return false;
  }

  /** Takes note of a publication that the router sends to the session, and whose id the hub will not know. */
  sentUnrecognized(publisher: PublisherExclusion, topic: string): void {
    const topics = this.#unrecognized.get(publisher) ?? new UnrecognizedTopics();
    this.#unrecognized.set(publisher, topics);
    topics.add(topic);
  }

  /** Tells whether the publisher's tab itself has, or waits for, a subscription that matches the topic. */
  anyOf(publisher: PublisherExclusion, topic: string): boolean {
    for (const wire of this.#wires.matching(topic)) {
      if (wire.locals.anyOf(publisher)) return true;
    }
    return false;
  }

  /** Delivers a publication that the router withholds from this session to all tabs except the publisher's. */
  relayOutside(
    publisher: PublisherExclusion | undefined,
    topic: string,
    publication: PublicationId,
    payload: Payload,
  ): void {
    for (const wire of this.#wires.matching(topic)) {
      const details = wire.match === "exact" ? {} : { topic };
      relayEvent(wire, { publication, details, payload }, publisher);
    }
  }

  received(event: EventMessage): void {
    this.#wires.received(event);
  }

  revoked(id: WireSubscriptionId, error: ErrorRecord): void {
    this.#wires.revoked(id, error);
  }

  /** Queues the restoration of what the previous session had. */
  restore(): void {
    this.#wires.restore();
  }

  sessionLost(error: ErrorRecord): void {
    this.#unrecognized.clear();
    this.#wires.sessionLost(error);
  }

  /** Ends the lingering subscriptions that no tab has requested again. */
  sweep(): void {
    this.#wires.sweep();
  }

  inspect(): SessionInspection["wireSubscriptions"] {
    return this.#wires.inspect();
  }
}
