/**
 * Suspicion against a request: that routers drop the session over it.
 *
 * - `none`: it has been answered, a session has survived it, or it was in flight at no unclean end.
 * - `suspected`: it was in flight at one unclean end, perhaps with others.
 * - `accused`: it was in flight at two in a row.
 * - `set-aside`: a session that had lived without it has ended with it, after those two. It is refused for a term.
 */
export type Suspicion = "none" | "suspected" | "accused" | "set-aside";

/**
 * Events in the life of a suspicion.
 *
 * - `cut`: the request was in flight when a session ended uncleanly.
 * - `caught`: the same, and it was the only suspect in flight, on a session that had lived without it.
 * - `survived`: it was answered, a session outlived it, or another request was the reason.
 * - `expired`: its term is over.
 */
export type SuspicionEvent = "cut" | "caught" | "survived" | "expired";

type Transitions = { readonly [Event in SuspicionEvent]?: Suspicion };

/** All transitions: an event that is not listed for a state changes nothing. */
const transitions: Readonly<Record<Suspicion, Transitions>> = {
  none: { cut: "suspected" },
  suspected: { cut: "accused", survived: "none" },
  accused: { caught: "set-aside", survived: "none" },
  "set-aside": { expired: "accused" },
};

/**
 * Returns the next state. Invariants, with the tests that check them:
 *
 * 1. A request is set aside only after three unclean ends in a row with it in flight, the last one on a session that had lived without it.
 *    Test: "sets aside after three ends in a row only".
 * 2. A session that survives the request ends every suspicion that is no term. Test: "forgets what a session has survived".
 * 3. Once its term is over, one more end suffices. Test: "lets it try again after its term".
 */
export function nextSuspicion(state: Suspicion, event: SuspicionEvent): Suspicion {
  return transitions[state][event] ?? state;
}
