/**
 * States of a wire subscription.
 *
 * - `unsubscribed`: the router does not know it. A local subscription waits for its turn in its tab's queue, or the session is lost.
 * - `subscribing`: SUBSCRIBE is in flight for the first time on this session.
 * - `restoring`: SUBSCRIBE is in flight, or about to be sent, for local subscriptions that an earlier session or worker had.
 * - `retrying`: the router has not restored it, for a reason that may pass; the next SUBSCRIBE is delayed.
 * - `subscribed`: the router knows it, and its id is known.
 * - `ended`: no local subscription belongs to it any longer; a SUBSCRIBED may still arrive.
 */
export type WireSubscriptionState =
  "unsubscribed" | "subscribing" | "restoring" | "retrying" | "subscribed" | "ended";

/**
 * Events in the life of a wire subscription.
 *
 * - `asked`: the turn of a local subscription in its tab's queue has come.
 * - `restored`: local subscriptions of an earlier session or worker are due to be restored, for the first time or again.
 * - `answered`: SUBSCRIBED.
 * - `refused`: ERROR in answer to a SUBSCRIBE that was to create or restore the wire subscription, for a final reason.
 * - `refused-for-now`: such an ERROR for a reason that may pass.
 * - `timed-out`: the deadline of such a SUBSCRIBE has passed.
 * - `session-lost`: the session ended, and with it all subscriptions at the router.
 * - `last-left`: the last local subscription was removed, or no tab has requested a lingering wire subscription again.
 * - `revoked`: the router ended it (WAMP, "Subscription Revocation").
 */
export type WireSubscriptionEvent =
  | "asked"
  | "restored"
  | "answered"
  | "refused"
  | "refused-for-now"
  | "timed-out"
  | "session-lost"
  | "last-left"
  | "revoked";

/**
 * Consequences of a transition. A local subscription lasts if it was active, or if a lost worker had it; the others only wait.
 *
 * - `subscribe`: send SUBSCRIBE.
 * - `join`: the local subscription becomes active without a message.
 * - `activate`: all waiting local subscriptions become active.
 * - `reject-waiting`: reject the local subscriptions that wait for SUBSCRIBED and do not last.
 * - `reject-all-waiting`: reject also those that last.
 * - `restore-lasting`: reject those that do not last, and restore the others: they joined the SUBSCRIBE of one that did not last.
 * - `retry-later`: restore it after a delay; those that wait go on waiting, until their own deadlines.
 * - `end-all`: end all local subscriptions, active or waiting.
 * - `unsubscribe`: send UNSUBSCRIBE.
 * - `undo`: undo a SUBSCRIBED that arrived too late, unless a newer entry of the same topic shares its id.
 */
export type WireSubscriptionEffect =
  | "none"
  | "subscribe"
  | "join"
  | "activate"
  | "reject-waiting"
  | "reject-all-waiting"
  | "restore-lasting"
  | "retry-later"
  | "end-all"
  | "unsubscribe"
  | "undo";

export interface WireSubscriptionTransition {
  readonly state: WireSubscriptionState;
  readonly effect: WireSubscriptionEffect;
}

type Transitions = {
  readonly [Event in WireSubscriptionEvent]?: readonly [WireSubscriptionState, WireSubscriptionEffect];
};

const lost: Transitions = { "session-lost": ["unsubscribed", "reject-waiting"] };
const abandoned: Transitions = { "last-left": ["ended", "none"] };
const answered: Transitions = { answered: ["subscribed", "activate"] };

/** All transitions: an event that is not listed for a state has no effect. */
const transitions: Readonly<Record<WireSubscriptionState, Transitions>> = {
  unsubscribed: {
    ...lost,
    ...abandoned,
    // The router has answered a SUBSCRIBE after its deadline.
    ...answered,
    asked: ["subscribing", "subscribe"],
    restored: ["restoring", "subscribe"],
  },
  subscribing: {
    ...lost,
    ...abandoned,
    ...answered,
    refused: ["unsubscribed", "reject-all-waiting"],
    "refused-for-now": ["unsubscribed", "restore-lasting"],
    "timed-out": ["unsubscribed", "restore-lasting"],
  },
  restoring: {
    ...lost,
    ...abandoned,
    ...answered,
    refused: ["ended", "end-all"],
    "refused-for-now": ["retrying", "retry-later"],
    "timed-out": ["retrying", "retry-later"],
  },
  retrying: { ...lost, ...abandoned, ...answered, restored: ["restoring", "subscribe"] },
  subscribed: {
    ...lost,
    ...answered,
    asked: ["subscribed", "join"],
    "last-left": ["ended", "unsubscribe"],
    revoked: ["ended", "end-all"],
  },
  ended: { answered: ["ended", "undo"] },
};

/**
 * Returns the next state of a wire subscription and the effect of the transition. Invariants, each with the test that checks it
 * (in wire-subscription-state.test.ts, and from the fifth on in subscriptions.test.ts):
 *
 * 1. SUBSCRIBE is sent from `unsubscribed` and `retrying` only: a local subscription that is requested in another state joins or waits.
 *    (Repetitions for retained events are not transitions.) Test: "sends SUBSCRIBE from unsubscribed and retrying only".
 * 2. UNSUBSCRIBE is sent from `subscribed` only. Test: "sends UNSUBSCRIBE from subscribed only".
 * 3. A local subscription that waits for SUBSCRIBED and does not last is settled when its state ends, unless SUBSCRIBE is about to be
 *    repeated. Test: "settles every local subscription that waits".
 * 4. `ended` is final: a late SUBSCRIBED is undone, and no other event has an effect. Test: "does not leave ended".
 * 5. Events are delivered by the router's id while the wire subscription is `subscribed`, and in no other state. Test: "delivers events by
 *    the router's id only while the topic is subscribed".
 * 6. Neither the loss of a session nor anything that may pass ends a local subscription that lasts; a final refusal to restore it ends
 *    them all. Tests: "ends for all tabs when the router refuses to restore it for good, not when the session is lost"; in
 *    replaying.test.ts "are restored later if the router refuses them for a reason that may pass" and "a subscription that joined the
 *    SUBSCRIBE of another tab is restored or ended when that fails".
 * 7. A refusal ends only the local subscriptions that wait for its SUBSCRIBE. Test: "keeps a subscription that a late SUBSCRIBED has
 *    made".
 */
export function transition(
  state: WireSubscriptionState,
  event: WireSubscriptionEvent,
): WireSubscriptionTransition {
  const [next, effect] = transitions[state][event] ?? [state, "none"];
  return { state: next, effect };
}
