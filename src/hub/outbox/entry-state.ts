/**
 * States of an entry of the outbox.
 *
 * - `storing`: the store has not confirmed it; its application has no promise yet.
 * - `waiting`: it is stored, and waits for its turn on a session of its identity.
 * - `sent`: it is on the wire of the present session, and its answer has not arrived.
 * - `delayed`: the router has refused it for a reason that may pass, or its answer is overdue; it waits for its next turn.
 * - `done`: it was answered with success.
 * - `failed`: it was refused for good, or has expired. The application can send it again.
 * - `gone`: it is in the outbox no longer.
 */
export type EntryState = "storing" | "waiting" | "sent" | "delayed" | "done" | "failed" | "gone";

/**
 * Events in the life of an entry.
 *
 * - `stored`, `not-stored`: the store has confirmed or refused it.
 * - `withdrawn`: the store has confirmed it, and its application has canceled it before.
 * - `turn`: everything before it is on the wire or further, and there is room.
 * - `answered`: RESULT or PUBLISHED.
 * - `refused`: the gate, the router or the callee refused it for a final reason.
 * - `refused-for-now`: such an ERROR for a reason that may pass, or no answer to a publication in time.
 * - `lost`: the session was lost before the answer.
 * - `due`: the delay has passed.
 * - `expired`: its age limit has passed.
 * - `canceled`, `retried`, `dismissed`: by an application, in any tab.
 */
export type EntryEvent =
  | "stored"
  | "not-stored"
  | "withdrawn"
  | "turn"
  | "answered"
  | "refused"
  | "refused-for-now"
  | "lost"
  | "due"
  | "expired"
  | "canceled"
  | "retried"
  | "dismissed";

/**
 * Consequences of a transition.
 *
 * - `accept`: tell the application that the entry is stored; it then waits for its turn.
 * - `refuse`: tell the application that it is not.
 * - `send`: write it to the wire.
 * - `settle`: store the outcome, and then tell the application.
 * - `queue`: let it wait for its turn.
 * - `delay`: let it wait for its turn after a delay.
 * - `remove`: remove it from the store.
 */
export type EntryEffect = "none" | "accept" | "refuse" | "send" | "settle" | "queue" | "delay" | "remove";

export interface EntryTransition {
  readonly state: EntryState;
  readonly effect: EntryEffect;
}

type Transitions = { readonly [Event in EntryEvent]?: readonly [EntryState, EntryEffect] };

const unsettled: Transitions = { expired: ["failed", "settle"], canceled: ["gone", "remove"] };

/** All transitions: an event that is not listed for a state has no effect. */
const transitions: Readonly<Record<EntryState, Transitions>> = {
  storing: { stored: ["waiting", "accept"], "not-stored": ["gone", "refuse"], withdrawn: ["gone", "remove"] },
  waiting: { ...unsettled, turn: ["sent", "send"] },
  sent: {
    ...unsettled,
    answered: ["done", "settle"],
    refused: ["failed", "settle"],
    "refused-for-now": ["delayed", "delay"],
    // The next session sends all that wait, in their order.
    lost: ["waiting", "none"],
  },
  delayed: { ...unsettled, due: ["waiting", "queue"] },
  done: { dismissed: ["gone", "remove"] },
  failed: { dismissed: ["gone", "remove"], retried: ["waiting", "queue"] },
  gone: {},
};

/**
 * Returns the next state of an entry and the effect of the transition. Invariants, each with the test that checks it:
 *
 * 1. Nothing is sent that is not stored, and nothing that is settled, unless its application asks for that. Test: "sends from waiting
 *    only, which is reached from storing, sent, delayed and failed".
 * 2. An entry that is done is never sent again. Test: "leaves done only for gone".
 * 3. `gone` is final. Test: "does not leave gone".
 * 4. An entry can be canceled or expire as long as it is stored and not settled. Test: "can be canceled and expires until it is settled".
 */
export function transition(state: EntryState, event: EntryEvent): EntryTransition {
  const [next, effect] = transitions[state][event] ?? [state, "none"];
  return { state: next, effect };
}
