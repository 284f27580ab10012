import type { ErrorRecord } from "../contract/errors.js";
import { closedByUs } from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";

/** Progress since the last WELCOME. */
interface Progress {
  /** The index of the current URL, or of the next one while waiting; it may exceed the list, and then wraps around. */
  readonly urlIndex: number;
  /** The number of attempts, including the current one, because an open socket does not count as success. */
  readonly attempts: number;
  /** The URLs that refused the session for a fatal reason. */
  readonly refusing: readonly string[];
}

export type ReconnectorState =
  /** `start` has not been called. */
  | { readonly name: "idle" }
  /** A connection exists, but WELCOME has not arrived. */
  | ({ readonly name: "connecting" } & Progress)
  /** There is a session. */
  | ({ readonly name: "online" } & Progress)
  /** A retry delay is running. */
  | ({ readonly name: "waiting"; readonly reason: ErrorRecord } & Progress)
  /** `close` was called, and the connection is about to end. */
  | { readonly name: "closing"; readonly reason: string }
  | { readonly name: "closed"; readonly reason: ErrorRecord };

export type ReconnectorEvent =
  /** `rememberedUrl` is the URL of the last session. */
  | { readonly name: "started"; readonly rememberedUrl?: string }
  | { readonly name: "welcomed" }
  /** The connection was lost, refused or closed. */
  | ({ readonly name: "disconnected" } & Disconnection)
  /** The retry delay has passed, or was cut short. */
  | { readonly name: "retried" }
  | { readonly name: "closed"; readonly reason: string };

/** The configuration that the transitions depend on. */
export interface ReconnectorRules {
  readonly urls: readonly string[];
  /** Number of attempts without a WELCOME before the session is closed. */
  readonly maxAttempts: number;
}

/**
 * Returns the state after an event; the same object if the event changes nothing. The complete table of transitions is in
 * reconnector-state.test.ts. Invariants, each with the test that checks it (in reconnector.test.ts, unless it is marked with *):
 *
 * 1. A closed reconnector stays closed: "closed is the end" *.
 * 2. `online` is entered from `connecting` only, and is left before it is entered again: "has at most one socket and alternates
 *    between online and lost, in any sequence of events".
 * 3. A connection exists in `connecting`, `online` and `closing` only, and there is at most one: the same test.
 * 4. A retry delay runs in `waiting` only: the same test, and "close resolves in any state".
 * 5. Every `close` leads to `closed`, within the time that the router has to answer GOODBYE: "close resolves in any state".
 * 6. Only WELCOME resets the attempts and the refusals: "counts attempts and refusals until WELCOME" *.
 * 7. Without `close`, a session is closed only if the attempts are exhausted or every URL refuses: "gives up for two reasons only" *.
 * 8. After a loss, the URL that worked comes first; after a failed attempt, the next one does: "goes round the URLs" *.
 */
export function nextState(
  state: ReconnectorState,
  event: ReconnectorEvent,
  rules: ReconnectorRules,
): ReconnectorState {
  switch (event.name) {
    case "started":
      return state.name === "idle" ? begun(event.rememberedUrl, rules) : state;
    case "retried":
      return state.name === "waiting" ? attempting(state) : state;
    case "welcomed":
      return state.name === "connecting"
        ? { name: "online", urlIndex: state.urlIndex, attempts: 0, refusing: [] }
        : state;
    case "disconnected":
      if (state.name === "closing") return closedWith(state.reason);
      return state.name === "connecting" || state.name === "online" ? afterLoss(state, event, rules) : state;
    case "closed":
      if (state.name === "connecting" || state.name === "online")
        return { name: "closing", reason: event.reason };
      return state.name === "idle" || state.name === "waiting" ? closedWith(event.reason) : state;
  }
}

/** Returns the URL of an attempt. */
export function urlAt(index: number, { urls }: ReconnectorRules): string {
  const url = urls[index % urls.length];
  if (url === undefined) throw new Error("A session needs at least one URL");
  return url;
}

function begun(rememberedUrl: string | undefined, { urls }: ReconnectorRules): ReconnectorState {
  const urlIndex = Math.max(0, rememberedUrl === undefined ? 0 : urls.indexOf(rememberedUrl));
  return attempting({ urlIndex, attempts: 0, refusing: [] });
}

function attempting({ urlIndex, attempts, refusing }: Progress): ReconnectorState {
  return { name: "connecting", urlIndex, attempts: attempts + 1, refusing };
}

/** Gives up once every URL refuses the session; until then, the refusing routers may be outdated or misconfigured. */
function afterLoss(
  {
    name,
    urlIndex,
    attempts,
    refusing,
  }: Extract<ReconnectorState, { readonly name: "connecting" | "online" }>,
  { error, fatal }: Disconnection,
  rules: ReconnectorRules,
): ReconnectorState {
  const refused = fatal ? [...refusing, urlAt(urlIndex, rules)] : refusing;
  if (rules.urls.every((url) => refused.includes(url))) return { name: "closed", reason: error };
  if (attempts >= rules.maxAttempts) return { name: "closed", reason: exhausted(attempts, error) };
  // The URL that worked comes first.
  const next = name === "online" ? urlIndex : urlIndex + 1;
  return { name: "waiting", reason: error, urlIndex: next, attempts, refusing: refused };
}

function closedWith(reason: string): ReconnectorState {
  return { name: "closed", reason: closedByUs(reason).error };
}

function exhausted(attempts: number, cause: ErrorRecord): ErrorRecord {
  return {
    name: "SessionClosedError",
    message: `No session after ${attempts} consecutive attempts: ${cause.message}`,
    cause,
  };
}
