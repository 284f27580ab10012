import type { Event as EventMessage } from "../../protocol/messages.js";
import type { TabEvent } from "../tab/event-batcher.js";
import { isRetained } from "./publisher-exclusion.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/** Delivers an event from the router. `position` is the number of messages that the session has received. */
export function deliverEvent(wire: WireSubscription, event: EventMessage, position: number): void {
  if (isRetained(event.details)) {
    const recipient = wire.retained.recipientOf(event, position);
    if (recipient !== "early" && recipient?.removed === false) deliverTo(recipient, event);
    return;
  }
  const { targets } = wire.locals;
  const isOnly = targets.size === 1;
  for (const [exclusion, group] of targets) exclusion.offer(event, group, wire, isOnly);
}

/** Delivers an event that did not come from the router to all tabs except its publisher. */
export function relayEvent(
  wire: WireSubscription,
  event: TabEvent,
  publisher: PublisherExclusion | undefined,
): void {
  for (const [exclusion, group] of wire.locals.targets) {
    if (exclusion !== publisher) exclusion.offer(event, group, wire, false);
  }
}

/** Delivers an event to the local subscriptions that do not catch up: the others have got it. */
export function deliverToOthers(wire: WireSubscription, event: EventMessage): void {
  for (const local of wire.locals) if (local.active && !local.catchesUp) share(local, event);
}

/** Delivers an event that other local subscriptions get, too, to one of them. */
export function share(local: LocalSubscription, event: TabEvent): void {
  local.exclusion.offer(event, { locals: [local], target: local.handle }, local.wire, false);
}

/** Delivers an event to a single local subscription. */
export function deliverTo(local: LocalSubscription, event: EventMessage): void {
  local.exclusion.offer(event, { locals: [local], target: local.handle }, local.wire, true);
}
