/**
 * States of a wire subscription.
 *
 * - `unsubscribed`: the router does not know it. A local subscription waits for its turn in its tab's queue, or the session is lost.
 * - `subscribing`: SUBSCRIBE is in flight for the first time on this session.
 * - `restoring`: SUBSCRIBE is in flight for local subscriptions that were active on an earlier session.
 * - `subscribed`: the router knows it, and its id is known.
 * - `ended`: no local subscription belongs to it any longer; a SUBSCRIBED may still arrive.
 */
export type WireSubscriptionState = "unsubscribed" | "subscribing" | "restoring" | "subscribed" | "ended";

/**
 * Events in the life of a wire subscription.
 *
 * - `asked`: the turn of a local subscription in its tab's queue has come.
 * - `restored`: a new session begins, and local subscriptions were active on an earlier one.
 * - `answered`: SUBSCRIBED.
 * - `refused`: ERROR in answer to a SUBSCRIBE that was to create or restore the wire subscription.
 * - `timed-out`: the deadline of such a SUBSCRIBE has passed.
 * - `session-lost`: the session ended, and with it all subscriptions at the router.
 * - `last-left`: the last local subscription was removed, or no tab has requested a lingering wire subscription again.
 * - `revoked`: the router ended it (WAMP, "Subscription Revocation").
 */
export type WireSubscriptionEvent =
  "asked" | "restored" | "answered" | "refused" | "timed-out" | "session-lost" | "last-left" | "revoked";

/**
 * Consequences of a transition.
 *
 * - `subscribe`: send SUBSCRIBE.
 * - `join`: the local subscription becomes active without a message.
 * - `activate`: all waiting local subscriptions become active.
 * - `reject-waiting`: reject the local subscriptions that wait for SUBSCRIBED.
 * - `end-all`: end all local subscriptions, active or waiting.
 * - `unsubscribe`: send UNSUBSCRIBE.
 * - `undo`: undo a SUBSCRIBED that arrived too late, unless a newer entry of the same topic shares its id.
 */
export type WireSubscriptionEffect =
  "none" | "subscribe" | "join" | "activate" | "reject-waiting" | "end-all" | "unsubscribe" | "undo";

export interface WireSubscriptionTransition {
  readonly state: WireSubscriptionState;
  readonly effect: WireSubscriptionEffect;
}

/**
 * Returns the next state of a wire subscription and the effect of the transition. Invariants, each with the test that checks it
 * (in wire-subscription-state.test.ts, and from the fifth on in subscriptions.test.ts):
 *
 * 1. SUBSCRIBE is sent from `unsubscribed` only: a local subscription that is requested in another state joins or waits. (Repetitions
 *    for retained events are not transitions.) Test: "sends SUBSCRIBE from unsubscribed only".
 * 2. UNSUBSCRIBE is sent from `subscribed` only. Test: "sends UNSUBSCRIBE from subscribed only".
 * 3. A local subscription that waits for SUBSCRIBED is settled when its state ends. Test: "settles every local subscription that
 *    waits".
 * 4. `ended` is final: a late SUBSCRIBED is undone, and no other event has an effect. Test: "does not leave ended".
 * 5. Events are delivered by the router's id while the wire subscription is `subscribed`, and in no other state. Test: "delivers events by
 *    the router's id only while the topic is subscribed".
 * 6. The loss of a session ends no local subscription that was active, but a refused restoration ends them all. Test: "ends for all
 *    tabs when the router refuses to restore it, not when the session is lost".
 * 7. A refusal ends only the local subscriptions that wait for its SUBSCRIBE. Test: "keeps a subscription that a late SUBSCRIBED has
 *    made".
 */
export function transition(
  state: WireSubscriptionState,
  event: WireSubscriptionEvent,
): WireSubscriptionTransition {
  const stay: WireSubscriptionTransition = { state, effect: "none" };
  if (state === "ended") return event === "answered" ? { state, effect: "undo" } : stay;
  switch (event) {
    case "asked":
      if (state === "unsubscribed") return { state: "subscribing", effect: "subscribe" };
      return state === "subscribed" ? { state, effect: "join" } : stay;
    case "restored":
      return state === "unsubscribed" ? { state: "restoring", effect: "subscribe" } : stay;
    case "answered":
      return { state: "subscribed", effect: "activate" };
    case "refused":
    case "timed-out":
      if (state === "subscribing") return { state: "unsubscribed", effect: "reject-waiting" };
      return state === "restoring" ? { state: "ended", effect: "end-all" } : stay;
    case "session-lost":
      return { state: "unsubscribed", effect: "reject-waiting" };
    case "last-left":
      return { state: "ended", effect: state === "subscribed" ? "unsubscribe" : "none" };
    case "revoked":
      return state === "subscribed" ? { state: "ended", effect: "end-all" } : stay;
  }
}
