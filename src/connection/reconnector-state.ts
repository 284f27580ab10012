import type { ErrorRecord } from "../contract/errors.js";
import { closedByUs } from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";

/** Milliseconds that a session must last to count as a success: a router may let a client in and throw it out at once, for ever. */
export const LASTED = 5_000;

/**
 * Milliseconds for which the fatal reasons of a URL are not final once there has been a session. A router that restarts has its realms,
 * roles and authenticators back only after some seconds, and refuses every client until then.
 */
export const GRACE = 60_000;

/** Progress since the last session that lasted. */
interface Progress {
  /** The index of the current URL, or of the next one while waiting; it may exceed the list, and then wraps around. */
  readonly urlIndex: number;
  /** The number of attempts, including the current one, because neither an open socket nor WELCOME counts as success. */
  readonly attempts: number;
  /**
   * Times of the first of the refusals in a row for a fatal reason, of each URL that refuses the session; by the index of the URL, because
   * two URLs may differ only in parts that are not shown.
   */
  readonly refusing: readonly (number | undefined)[];
  /** True once there has been a session, so that the configuration and the secret have been right. */
  readonly wasOnline: boolean;
}

/** The states with a connection that is to last. */
type Connected =
  /** WELCOME has not arrived. */
  | ({ readonly name: "connecting" } & Progress)
  /** There is a session, since a time. */
  | ({ readonly name: "online"; readonly since: number } & Progress);

/** The end of a connection: it was lost, refused or closed. */
interface Loss extends Disconnection {
  readonly time: number;
  /** True if another secret is to be tried. */
  readonly isRetriable?: boolean;
  /** True if the browser has no network. */
  readonly isOffline?: boolean;
}

export type ReconnectorState =
  /** `start` has not been called. */
  | { readonly name: "idle" }
  | Connected
  /** A retry delay is running. */
  | ({ readonly name: "waiting"; readonly reason: ErrorRecord } & Progress)
  /** The application is asked whether the reason for the end of a connection is fatal. */
  | { readonly name: "judging"; readonly ended: Connected; readonly loss: Loss }
  /** The browser has no network, so no attempt is made until it has one, or the application wants one. */
  | ({ readonly name: "offline"; readonly reason: ErrorRecord } & Progress)
  /** `close` was called, and the connection is about to end. */
  | { readonly name: "closing"; readonly reason: string }
  | { readonly name: "closed"; readonly reason: ErrorRecord };

export type ReconnectorEvent =
  /** `rememberedUrl` is the URL of the last session; `wasOnline` is true if that belonged to a tab that is still there. */
  | { readonly name: "started"; readonly rememberedUrl?: string; readonly wasOnline?: boolean }
  | { readonly name: "welcomed"; readonly time: number }
  /** `isJudged` is true if the application is asked whether the reason is fatal. */
  | ({ readonly name: "disconnected"; readonly isJudged?: boolean } & Loss)
  /** The application has answered that, or left it to the table (undefined). */
  | { readonly name: "judged"; readonly verdict?: boolean | undefined; readonly isOffline?: boolean }
  /** The retry delay has passed, or was cut short, or the browser has a network again. */
  | { readonly name: "retried" }
  /** The browser has no network any more. */
  | { readonly name: "wentOffline" }
  | { readonly name: "closed"; readonly reason: string };

/** The configuration that the transitions depend on. */
export interface ReconnectorRules {
  readonly urls: readonly string[];
  /** Number of attempts without a session that lasts before the session is closed. */
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
 * 4. A retry delay runs in `waiting` only, and the time for a verdict in `judging` only: the same test, and "close resolves in any state".
 * 5. Every `close` leads to `closed`, within the time that the router has to answer GOODBYE: "close resolves in any state".
 * 6. Only a session that lasted resets the attempts, and one whose secret gives way to another is not counted: "counts attempts until a session has lasted" *.
 * 7. Without `close`, a session is closed only if the attempts are exhausted, the last answer of every URL was a fatal refusal, the
 *    browser cannot authenticate, or the application says so: "gives up for four reasons only" *.
 * 8. Once there has been a session, a fatal refusal is final only if its URL has given nothing else for a while: "waits for a router
 *    that restarts" *.
 * 9. Without a network, no attempt follows a loss of its own accord: "stands still without a network" *.
 * 10. The application's verdict precedes the table: "lets the application judge" *.
 * 11. After a session that lasted, the URL that worked comes first; after a failed attempt, the next one does: "goes round the URLs" *.
 */
export function nextState(
  state: ReconnectorState,
  event: ReconnectorEvent,
  rules: ReconnectorRules,
): ReconnectorState {
  switch (event.name) {
    case "started":
      return state.name === "idle" ? begun(event, rules) : state;
    case "retried":
      return state.name === "waiting" || state.name === "offline" ? attempting(state) : state;
    case "wentOffline":
      return state.name === "waiting" ? { ...state, name: "offline" } : state;
    case "judged":
      return state.name === "judging" ? afterVerdict(state, event, rules) : state;
    case "welcomed":
      return state.name === "connecting"
        ? { ...state, name: "online", since: event.time, refusing: [], wasOnline: true }
        : state;
    case "disconnected":
      if (state.name === "closing") return closedWith(state.reason);
      if (state.name !== "connecting" && state.name !== "online") return state;
      return event.isJudged === true
        ? { name: "judging", ended: state, loss: event }
        : afterLoss(state, event, rules);
    case "closed":
      if (state.name === "connecting" || state.name === "online")
        return { name: "closing", reason: event.reason };
      return state.name === "closing" || state.name === "closed" ? state : closedWith(event.reason);
  }
}

/** Returns the URL of an attempt. */
export function urlAt(index: number, { urls }: ReconnectorRules): string {
  const url = urls[index % urls.length];
  if (url === undefined) throw new Error("A session needs at least one URL");
  return url;
}

function begun(
  { rememberedUrl, wasOnline = false }: Extract<ReconnectorEvent, { readonly name: "started" }>,
  { urls }: ReconnectorRules,
): ReconnectorState {
  const urlIndex = Math.max(0, rememberedUrl === undefined ? 0 : urls.indexOf(rememberedUrl));
  return attempting({ urlIndex, attempts: 0, refusing: [], wasOnline });
}

function attempting({ urlIndex, attempts, refusing, wasOnline }: Progress): ReconnectorState {
  return { name: "connecting", urlIndex, attempts: attempts + 1, refusing, wasOnline };
}

/** Gives up once every URL refuses the session; until then, the refusing routers may be outdated or misconfigured. */
function afterLoss(
  state: Connected,
  { error, fatal, isLocal = false, time, isRetriable = false, isOffline = false }: Loss,
  rules: ReconnectorRules,
): ReconnectorState {
  const { urlIndex, wasOnline } = state;
  const lasted = state.name === "online" && time - state.since >= LASTED;
  // An attempt with one of several secrets does not count while another one has not been tried.
  const attempts = lasted ? 0 : state.attempts - (isRetriable ? 1 : 0);
  const refused = urlIndex % rules.urls.length;
  // An answer of another kind shows that the earlier refusals of this URL are outdated.
  const refusing = rules.urls.map((_url, index) => {
    const since = state.refusing[index];
    return index === refused ? (fatal ? (since ?? time) : undefined) : since;
  });
  const isFinal = (since: number | undefined): boolean =>
    since !== undefined && (!wasOnline || time - since >= GRACE);
  if (isLocal || refusing.every(isFinal)) return { name: "closed", reason: error };
  if (attempts >= rules.maxAttempts) return { name: "closed", reason: exhausted(attempts, error) };
  // The URL that worked comes first.
  const next = lasted ? urlIndex : urlIndex + 1;
  const name = isOffline ? "offline" : "waiting";
  return { name, reason: error, urlIndex: next, attempts, refusing, wasOnline };
}

/** Goes on after a loss as the application has judged it. */
function afterVerdict(
  { ended, loss }: Extract<ReconnectorState, { readonly name: "judging" }>,
  { verdict, isOffline = false }: Extract<ReconnectorEvent, { readonly name: "judged" }>,
  rules: ReconnectorRules,
): ReconnectorState {
  if (verdict === true) return { name: "closed", reason: loss.error };
  return afterLoss(ended, { ...loss, isOffline, fatal: verdict ?? loss.fatal }, rules);
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
