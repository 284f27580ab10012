import type { ErrorRecord } from "../contract/errors.js";
import { closedByUs } from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";

/** The attempts since the last WELCOME. */
interface Progress {
  /** The URL of this attempt or session, or of the next one while waiting; counts on beyond the end of the list. */
  readonly urlIndex: number;
  /** Attempts, the current one included: a socket that opens proves nothing. */
  readonly attempts: number;
  /** The URLs that gave a fatal reason. */
  readonly refusing: readonly string[];
}

export type ReconnectorState =
  /** `start` has not been called. */
  | { readonly name: "idle" }
  /** A connection is on its way to WELCOME. */
  | ({ readonly name: "connecting" } & Progress)
  /** There is a session. */
  | ({ readonly name: "online" } & Progress)
  /** A retry delay runs. */
  | ({ readonly name: "waiting"; readonly reason: ErrorRecord } & Progress)
  /** `close` was called, and the connection comes to its end. */
  | { readonly name: "closing"; readonly reason: string }
  | { readonly name: "closed"; readonly reason: ErrorRecord };

export type ReconnectorEvent =
  /** `rememberedUrl` worked the last time. */
  | { readonly name: "started"; readonly rememberedUrl?: string }
  | { readonly name: "welcomed" }
  /** The connection was lost, refused or closed. */
  | ({ readonly name: "disconnected" } & Disconnection)
  /** The retry delay has passed, or was cut short. */
  | { readonly name: "retried" }
  | { readonly name: "closed"; readonly reason: string };

/** The part of the configuration that the transitions depend on. */
export interface ReconnectorRules {
  readonly urls: readonly string[];
  /** Attempts without a WELCOME before the session is closed. */
  readonly maxAttempts: number;
}

/**
 * Returns the state after an event; the same object where the event changes nothing. The table of all transitions is in
 * reconnector-state.test.ts. Invariants, each with the test that holds it:
 *
 * 1. A closed reconnector stays closed: "closed is the end".
 * 2. `online` is reached from `connecting` alone, and left before it is reached again: "has one socket at most and alternates online
 *    and lost, whatever happens" (reconnector.test.ts).
 * 3. At most one connection exists, and exactly in `connecting`, `online` and `closing`: the same test.
 * 4. A retry delay runs exactly in `waiting`: the same test, and "close resolves in any state" (reconnector.test.ts).
 * 5. Every `close` leads to `closed`, within the time that a router has to answer GOODBYE: "close resolves in any state".
 * 6. Only WELCOME resets the attempts and the refusing URLs: "counts attempts and refusals until WELCOME".
 * 7. Without `close`, a session is closed only if the attempts are used up or every URL refuses: "gives up for two reasons only".
 * 8. The URL that worked is the first to come back to; a URL that failed is the last: "goes round the URLs".
 */
export function nextState(
  state: ReconnectorState,
  event: ReconnectorEvent,
  rules: ReconnectorRules,
): ReconnectorState {
  switch (state.name) {
    case "idle":
      if (event.name === "started") return begun(event.rememberedUrl, rules);
      return event.name === "closed" ? closedWith(event.reason) : state;
    case "connecting":
      switch (event.name) {
        case "welcomed":
          return { name: "online", urlIndex: state.urlIndex, attempts: 0, refusing: [] };
        case "disconnected":
          return afterLoss(
            { ...state, urlIndex: state.urlIndex + 1 },
            urlAt(state.urlIndex, rules),
            event,
            rules,
          );
        case "closed":
          return { name: "closing", reason: event.reason };
        default:
          return state;
      }
    case "online":
      switch (event.name) {
        case "disconnected":
          return afterLoss(state, urlAt(state.urlIndex, rules), event, rules);
        case "closed":
          return { name: "closing", reason: event.reason };
        default:
          return state;
      }
    case "waiting":
      if (event.name === "retried") return attempting(state);
      return event.name === "closed" ? closedWith(event.reason) : state;
    case "closing":
      return event.name === "disconnected" ? closedWith(state.reason) : state;
    case "closed":
      return state;
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

/** There is no point in going on when every URL refuses; as long as one does not, the others may be out of date or set up wrongly. */
function afterLoss(
  { urlIndex, attempts, refusing }: Progress,
  url: string,
  { error, fatal }: Disconnection,
  { urls, maxAttempts }: ReconnectorRules,
): ReconnectorState {
  const refused = fatal ? [...refusing, url] : refusing;
  if (urls.every((candidate) => refused.includes(candidate))) return { name: "closed", reason: error };
  if (attempts >= maxAttempts) return { name: "closed", reason: exhausted(attempts, error) };
  return { name: "waiting", reason: error, urlIndex, attempts, refusing: refused };
}

function closedWith(reason: string): ReconnectorState {
  return { name: "closed", reason: closedByUs(reason).error };
}

function exhausted(attempts: number, cause: ErrorRecord): ErrorRecord {
  return {
    name: "SessionClosedError",
    message: `No session after ${attempts} attempts in a row: ${cause.message}`,
    cause,
  };
}
