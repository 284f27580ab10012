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
import { createWireSubscriptions } from "./wire-subscriptions.js";
import type { WireSubscriptions } from "./wire-subscriptions.js";

type SubscribeRequest = Extract<AnsweredRequest, { kind: "subscribe" }>;

/** The subscriptions of all tabs of a session (WAMP, "Publish and Subscribe"). */
export function createSubscriptions(
  clock: Clock,
  requestTimeout: number,
  session: () => WireSession | undefined,
  restores: RestoreQueue,
  exclusions: PublisherExclusions,
) {
  const locals = new TabTable<SubscriptionHandle, LocalSubscription>();
  const wires: WireSubscriptions = createWireSubscriptions({
    clock,
    requestTimeout,
    session,
    restores,
    locals: locals,
    mustComeBehind: ({ exclusion, wire }) => unrecognized.get(exclusion)?.anyFor(wire) === true,
  });
  const unrecognized = new Map<PublisherExclusion, UnrecognizedTopics>();

  return {
    subscribe(tab: Tab, request: SubscribeRequest, pending: PendingRequest): void {
      const { subscription: handle, topic } = request;
      if (locals.get(tab, handle) !== undefined) {
        return pending.reject(invalidArgument("The subscription handle", handle, "one that is not in use"));
      }
      const { match = "exact", get_retained: wantsRetained = false, ...options } = request.options;
      const wire = wires.entryFor(topic, match, options);
      if (!sameOptions(wire.options, options)) {
        return pending.reject(
          optionConflict(
            `The session already has the ${match} subscription to ${topic} with the options ` +
              `${showOptions(wire.options)}, but the tab asked for ${showOptions(options)}`,
          ),
        );
      }
      const exclusion = exclusions.for(tab);
      const local = {
        tab,
        exclusion,
        handle,
        wire,
        wantsRetained,
        replayed: request.replayed === true,
        pending,
        active: false,
        removed: false,
      };
      wire.locals.add(local);
      locals.set(tab, handle, local);
      pending.onGivenUp = () => void wires.remove(local);
      tab.queue.request({
        bytes: requestSize(request),
        pending,
        send: (session) => wires.subscribe(local, session),
      });
    },

    unsubscribe(tab: Tab, handle: SubscriptionHandle, pending: PendingRequest): void {
      const local = locals.get(tab, handle);
      if (local !== undefined && !local.pending.settled) local.pending.cancel("skip", 0);
      const done = (): void => pending.resolve({ kind: "done", request: pending.request });
      if (local === undefined || !wires.remove(local, done)) done();
      else pending.sent = true;
    },

    /** Releases the state of a tab that has departed. With `linger`, the router keeps sending, in case the tab is being reloaded. */
    release(tab: Tab, linger: boolean): void {
      unrecognized.delete(exclusions.for(tab));
      for (const local of locals.values(tab)) {
        if (linger) wires.detach(local);
        else wires.remove(local);
      }
    },

    count(tab: Tab): number {
      return locals.count(tab);
    },

    /** Tells whether a tab other than the publisher's has, or waits for, a subscription that matches the topic. */
    anyOutside(publisher: PublisherExclusion | undefined, topic: string): boolean {
      for (const wire of wires.matching(topic)) {
        if (wire.locals.anyOutside(publisher)) return true;
      }
      return false;
    },

    /** Takes note of a publication that the router sends to the session, and whose id the hub will not know. */
    sentUnrecognized(publisher: PublisherExclusion, topic: string): void {
      const topics = unrecognized.get(publisher) ?? new UnrecognizedTopics();
      unrecognized.set(publisher, topics);
      topics.add(topic);
    },

    /** Tells whether the publisher's tab itself has, or waits for, a subscription that matches the topic. */
    anyOf(publisher: PublisherExclusion, topic: string): boolean {
      for (const wire of wires.matching(topic)) {
        if (wire.locals.anyOf(publisher)) return true;
      }
      return false;
    },

    /** Delivers a publication that the router withholds from this session to all tabs except the publisher's. */
    relayOutside(
      publisher: PublisherExclusion | undefined,
      topic: string,
      publication: PublicationId,
      payload: Payload,
    ): void {
      for (const wire of wires.matching(topic)) {
        const details = wire.match === "exact" ? {} : { topic };
        relayEvent(wire, { publication, details, payload }, publisher);
      }
    },

    received(event: EventMessage): void {
      wires.received(event);
    },

    revoked(id: WireSubscriptionId, error: ErrorRecord): void {
      wires.revoked(id, error);
    },

    /** Queues the restoration of what the previous session had. */
    restore(): void {
      wires.restore();
    },

    sessionLost(error: ErrorRecord): void {
      unrecognized.clear();
      wires.sessionLost(error);
    },

    /** Ends the lingering subscriptions that no tab has requested again. */
    sweep(): void {
      wires.sweep();
    },

    inspect(): SessionInspection["wireSubscriptions"] {
      return wires.inspect();
    },
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;
