/**
 * States of a wire subscription or wire registration.
 *
 * - `idle`: nothing of the entry is known to be at the router. It is new, its session was lost, or its request was not answered in time.
 * - `requested`: SUBSCRIBE or REGISTER is in flight for the first time on this session.
 * - `restoring`: it is in flight, or about to be sent, for local entries that an earlier session or worker had.
 * - `retrying`: the router has not restored the entry, for a reason that may pass; the next request is delayed.
 * - `established`: the router knows the entry, and its id is known.
 * - `ended`: no local entry belongs to it any longer; SUBSCRIBED or REGISTERED may still arrive.
 */
export type WireState = "idle" | "requested" | "restoring" | "retrying" | "established" | "ended";

/**
 * Events in the life of an entry.
 *
 * - `asked`: the turn of a local entry in its tab's queue has come.
 * - `restored`: local entries of an earlier session or worker are due to be restored, for the first time or again.
 * - `answered`: SUBSCRIBED or REGISTERED.
 * - `refused`: ERROR in answer to a request that was to create or restore the entry, for a final reason; or the request was not sent,
 *   because it is not valid or set aside.
 * - `refused-for-now`: such an ERROR for a reason that may pass.
 * - `timed-out`: the deadline of such a request has passed.
 * - `session-lost`: the session ended, and with it all that it had at the router.
 * - `last-left`: the last local entry was removed, or no tab has requested a lingering subscription again.
 * - `revoked`: the router ended the entry (WAMP, "Subscription Revocation", "Registration Revocation"), or gave its procedure to another
 *   one (`force_reregister`).
 */
export type WireEvent =
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
 * Consequences of a transition. A local entry waits from its turn until it is active; one that a lost worker had outlasts what may pass.
 *
 * - `send`: send SUBSCRIBE or REGISTER.
 * - `activate`: the local entries that wait become active; after `asked`, the one that has come.
 * - `reject-waiting`: reject the local entries that wait and do not last.
 * - `reject-all-waiting`: reject also those that last.
 * - `restore-lasting`: reject those that do not last, and restore the others: they joined the request of one that did not last.
 * - `retry-later`: restore the entry after a delay; those that wait go on waiting, until their own deadlines.
 * - `end-all`: end all local entries, active or waiting.
 * - `release`: send UNSUBSCRIBE or UNREGISTER, unless a newer entry may share the id.
 */
export type WireEffect =
  | "none"
  | "send"
  | "activate"
  | "reject-waiting"
  | "reject-all-waiting"
  | "restore-lasting"
  | "retry-later"
  | "end-all"
  | "release";

export interface WireTransition {
  readonly state: WireState;
  readonly effect: WireEffect;
}

type Transitions = { readonly [Event in WireEvent]?: readonly [WireState, WireEffect] };

/** Transitions of every entry that has not ended; its answer is welcome even if it is late. */
const always: Transitions = {
  answered: ["established", "activate"],
  "session-lost": ["idle", "reject-waiting"],
  "last-left": ["ended", "none"],
  revoked: ["ended", "end-all"],
};

/** All transitions: an event that is not listed for a state has no effect. */
const transitions: Readonly<Record<WireState, Transitions>> = {
  idle: { ...always, asked: ["requested", "send"], restored: ["restoring", "send"] },
  requested: {
    ...always,
    refused: ["idle", "reject-all-waiting"],
    "refused-for-now": ["idle", "restore-lasting"],
    "timed-out": ["idle", "restore-lasting"],
  },
  restoring: {
    ...always,
    refused: ["ended", "end-all"],
    "refused-for-now": ["retrying", "retry-later"],
    "timed-out": ["retrying", "retry-later"],
  },
  retrying: { ...always, restored: ["restoring", "send"] },
  established: { ...always, asked: ["established", "activate"], "last-left": ["ended", "release"] },
  ended: { answered: ["ended", "release"] },
};

/**
 * Returns the next state of an entry and the effect of the transition. Invariants, each with the test that checks it:
 *
 * 1. A request is sent from `idle` and `retrying` only: a local entry that is requested in another state joins or waits. (Repetitions
 *    for retained events are not transitions.) Test: "sends a request from idle and retrying only".
 * 2. An entry is given back to the router when the last local entry has left, and when no tab waits for a late answer.
 *    Test: "gives back what is established, and what is answered too late".
 * 3. A local entry that waits and does not last is settled when the state of its entry ends, unless the request is about to be
 *    repeated. Test: "settles every local entry that waits".
 * 4. `ended` is final: a late answer is undone, and no other event has an effect. Test: "does not leave ended".
 * 5. Events and invocations are delivered by the router's id while the entry is `established`, and in no other state. Test: "delivers
 *    events by the router's id only while the topic is subscribed" (subscriptions.test.ts).
 * 6. Neither the loss of a session nor anything that may pass ends a local entry that lasts; a final refusal to restore it ends
 *    them all. Tests: "ends for all tabs when the router refuses to restore it for good, not when the session is lost"
 *    (subscriptions.test.ts); in replaying.test.ts "are restored later if the router refuses them for a reason that may pass" and "a
 *    subscription that joined the SUBSCRIBE of another tab is restored or ended when that fails".
 * 7. A refusal ends only the local entries that wait for its request. Test: "keeps a subscription that a late SUBSCRIBED has made"
 *    (subscriptions.test.ts).
 */
export function transition(state: WireState, event: WireEvent): WireTransition {
  const [next, effect] = transitions[state][event] ?? [state, "none"];
  return { state: next, effect };
}
