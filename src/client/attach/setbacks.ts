import { isWampMuxError } from "../errors/wamp-mux-error.js";
import { isUnsupportedError, isWorkerStartError } from "../errors/worker-errors.js";
import type { WorkerStartReason } from "../errors/worker-errors.js";

/** An event that leaves a tab without a hub. */
export type Setback =
  /** The hub is lost, so many milliseconds after it had admitted this tab. */
  | { readonly kind: "lost"; readonly servedFor: number }
  /** The next hub could not be started, or did not admit this tab. */
  | { readonly kind: "failed"; readonly error: unknown };

/** The setbacks so far. */
export interface Setbacks {
  /** Attempts that have failed since this tab was last attached. */
  readonly attempts: number;
  /** Setbacks in a row that point to a defect of the worker. */
  readonly suspicious: number;
}

/** The next attempt of a tab without a hub: after the backoff for so many failures, without one for 0; and the setbacks until then. */
export interface NextAttempt extends Setbacks {
  readonly failures: number;
}

/** Number of consecutive setbacks that point to a defect of the worker before a tab gives up. */
export const MAX_SUSPICIOUS = 5;
/** Milliseconds that a hub must have run for its loss not to be such a setback. */
export const SERVED = 1_000;

/**
 * - `passes`: the reason may soon disappear, so only the option `retry` limits the attempts
 * - `suspicious`: the worker may be defective, or may have been replaced during the attempt
 * - `final`: another attempt meets the same reason
 */
export type Outlook = "passes" | "suspicious" | "final";

const outlooks: Readonly<Record<WorkerStartReason, Outlook>> = {
  // A server that is being restarted, a network that is down.
  network: "passes",
  "not-found": "passes",
  timeout: "passes",
  elsewhere: "passes",
  // The file that determines the reason comes from the same server as the script.
  unknown: "passes",
  // A page that says so in HTML: a deployment, a portal that asks for a login.
  "wrong-type": "passes",
  // A server that recovered between the failure and the search for its cause looks the same.
  script: "suspicious",
  "no-url": "final",
  "cross-origin": "final",
  csp: "final",
  unsupported: "final",
};

/** Tells whether another attempt may succeed, for a page that has been attached before. */
export function outlook(error: unknown): Outlook {
  if (isWorkerStartError(error)) return outlooks[error.reason];
  // The page has had the feature, so the browser denies it for the moment only, such as locks while the page is frozen.
  if (isUnsupportedError(error)) return "passes";
  // Any other error of the package is the hub's refusal; a foreign one is a defect, perhaps of a hub that is ending.
  return isWampMuxError(error) ? "final" : "suspicious";
}

/**
 * Returns the next attempt after a setback; undefined if the tab gives up, for the reason of this setback.
 *
 * 1. A hub that has served for a while clears the record, and its loss leads to another attempt without a backoff.
 * 2. At most `MAX_SUSPICIOUS` suspicious setbacks follow each other.
 * 3. A reason that passes leads to another attempt as long as `maxAttempts` allows, and ends a row of suspicious setbacks.
 * 4. Delays grow with the setbacks in a row.
 */
export function afterSetback(
  before: Setbacks,
  setback: Setback,
  maxAttempts: number,
): NextAttempt | undefined {
  const isLoss = setback.kind === "lost";
  const prospect = isLoss ? outlookOfLoss(setback.servedFor) : outlook(setback.error);
  const suspicious = prospect === "suspicious" ? before.suspicious + 1 : 0;
  const attempts = isLoss ? 0 : before.attempts + 1;
  if (prospect === "final" || suspicious >= MAX_SUSPICIOUS || attempts >= maxAttempts) return undefined;
  return { failures: isLoss ? Math.max(0, suspicious - 1) : attempts, attempts, suspicious };
}

const outlookOfLoss = (servedFor: number): Outlook => (servedFor < SERVED ? "suspicious" : "passes");
