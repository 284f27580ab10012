import { invalidArgument } from "../../connection/error-records.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { PublicationId } from "../../protocol/ids.js";
import type { Payload } from "../../protocol/payload.js";
import { optionConflict } from "../error-records.js";
import type { WireContext } from "../restoring.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { enqueue } from "../tab/send-queue.js";
import type { Tab } from "../tab/tab.js";
import { relayEvent } from "./event-delivery.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import type { PublisherExclusions } from "./publisher-exclusions.js";
import { sameOptions, showOptions } from "./wire-subscription.js";
import type { WireSubscription } from "./wire-subscription.js";
import { createWireSubscriptions } from "./wire-subscriptions.js";

type SubscribeRequest = Extract<AnsweredRequest, { kind: "subscribe" }>;

/** The subscriptions of all tabs of a session (WAMP, "Publish and Subscribe"). */
export function createSubscriptions(context: WireContext, exclusions: PublisherExclusions) {
  const wires = createWireSubscriptions(context);
  const { locals, received, revoked, restore, sessionLost, sweep, inspect } = wires;

  const isAny = (topic: string, test: (locals: WireSubscription["locals"]) => boolean): boolean => {
    for (const wire of wires.matching(topic)) if (test(wire.locals)) return true;
    return false;
  };

  return {
    received,
    revoked,
    restore,
    sessionLost,
    sweep,
    inspect,

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
        // The retained event has been delivered already.
        wantsRetained: wantsRetained && request.replayed !== true,
        replayed: request.replayed === true,
        pending,
        active: false,
        removed: false,
      };
      wire.locals.add(local);
      locals.set(tab, handle, local);
      pending.onGivenUp = () => void wires.remove(local);
      enqueue(tab.queue, request, pending, (session) => wires.subscribe(local, session));
    },

    unsubscribe: wires.leave,

    /** Releases the state of a tab that has departed. With `linger`, the router keeps sending, in case the tab is being reloaded. */
    release(tab: Tab, linger: boolean): void {
      for (const local of locals.values(tab)) {
        if (linger) wires.detach(local);
        else wires.remove(local);
      }
    },

    count: (tab: Tab): number => locals.count(tab),

    /** Tells whether a tab other than the publisher's has, or waits for, a subscription that matches the topic. */
    anyOutside: (publisher: PublisherExclusion | undefined, topic: string): boolean =>
      isAny(topic, (those) => those.anyOutside(publisher)),

    /** Tells whether the publisher's tab itself has, or waits for, a subscription that matches the topic. */
    anyOf: (publisher: PublisherExclusion, topic: string): boolean =>
      isAny(topic, (those) => those.anyOf(publisher)),

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
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;
