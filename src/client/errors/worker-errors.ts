import { guard } from "./guard.js";
import { WampMuxError } from "./wamp-mux-error.js";

/** The reason why a worker did not start; see {@link WorkerStartError}. */
export type WorkerStartReason =
  /** The server does not have the script, for example because the bundler did not emit it. */
  | "not-found"
  /** The server sends the script with a content type that is not JavaScript, such as a page of HTML. */
  | "wrong-type"
  /** The client module does not know its own URL, from which that of the script follows: an IIFE, CommonJS or inlined bundle. */
  | "no-url"
  /** The script, or the page, has another origin: a CDN, or a page that was opened from a file. */
  | "cross-origin"
  /** The page's Content Security Policy forbids the script (`worker-src`, `trusted-types`). */
  | "csp"
  /** The script fails while it starts, or a worker with different options is already running at its URL. */
  | "script"
  /** The worker did not answer within `attachTimeout`. */
  | "timeout"
  /** Another worker at the same URL has the session, and does not answer this page. */
  | "elsewhere"
  /** The browser refuses to create the worker. */
  | "unsupported"
  /** The server could not be reached. */
  | "network"
  /** The cause is not known, because the file that determines it (`diagnosis.js`) could not be loaded either. */
  | "unknown";

/**
 * The SharedWorker did not start. The message names the cure for its `reason`: a copy of the script and its URL (`workerUrl`), or a
 * directive of the page's Content Security Policy; with `network`, `timeout`, `elsewhere` or `unknown` a later `connect()` can succeed.
 */
export class WorkerStartError extends WampMuxError<Pick<WorkerStartError, "reason" | "url">> {
  override readonly name = "WorkerStartError" as const;
  /** The cause, as far as it could be determined. */
  declare readonly reason: WorkerStartReason;
  /** URL of the worker script. */
  declare readonly url: string;
}

/** Returns true if `error` is a {@link WorkerStartError}. */
export const isWorkerStartError = guard<WorkerStartError>("WorkerStartError");

/**
 * The tab and the worker come from incompatible versions of this package, for example because a tab of an older deployment is still
 * open and keeps the older worker running. Ask the user to close or reload such tabs, then connect again.
 */
export class ContractMismatchError extends WampMuxError<Pick<ContractMismatchError, "tab" | "worker">> {
  override readonly name = "ContractMismatchError" as const;
  /** The tab's version of the port protocol. */
  declare readonly tab: number;
  /** The worker's version of the port protocol. */
  declare readonly worker: number;
}

/** Returns true if `error` is a {@link ContractMismatchError}. */
export const isContractMismatchError = guard<ContractMismatchError>("ContractMismatchError");

/**
 * The environment lacks a feature that a shared session needs, for example in an old browser, an insecure context or Node. Use another
 * browser or `https`, or connect with another client there. Also closes a session whose authentication method the browser cannot compute.
 */
export class UnsupportedError extends WampMuxError<Pick<UnsupportedError, "missing">> {
  override readonly name = "UnsupportedError" as const;
  /** Names of the missing features, such as `SharedWorker`. */
  declare readonly missing: readonly string[];
}

/** Returns true if `error` is an {@link UnsupportedError}. */
export const isUnsupportedError = guard<UnsupportedError>("UnsupportedError");
