import { textFromThrown } from "../errors/thrown-text.js";
import type { WorkerStartReason } from "../errors/worker-errors.js";
import { WorkerStartError } from "../errors/worker-errors.js";
import { POLICY } from "./script-trust.js";
import type { ScriptTrust } from "./script-trust.js";

const COPY = 'copy it with `npx wamp-mux worker <public folder>` and pass `workerUrl: "/worker.js"`';
const SERVE = "serve its folder by http, because pages that are opened from a file share no worker";

/** The cause of a failure, and its cure. */
interface Finding {
  readonly reason: WorkerStartReason;
  readonly why: string;
  readonly cure: string;
}

/** Violations of the page's Content Security Policy while a worker starts. */
export interface PolicyViolations {
  /** Tells whether the worker at a URL has been blocked. */
  readonly workerWasBlocked: (url: string) => boolean;
  /** Resolves when the next worker is blocked, or after a moment: WebKit reports it one task after the constructor's exception. */
  readonly next: () => Promise<void>;
  readonly stop: () => void;
}

/** Milliseconds for the browser to report a violation after it has refused to create a worker. */
const REPORT_TIMEOUT = 100;

/** Observes the document, because browsers report a violation there and not on the blocked worker. */
export function watchPolicyViolations(): PolicyViolations {
  const blocked = new Set<string>();
  let tell: () => void = () => undefined;
  const violated = ({ effectiveDirective, disposition, blockedURI }: SecurityPolicyViolationEvent): void => {
    // A policy that is only reported blocks nothing, and the application may have other workers.
    if (effectiveDirective !== "worker-src" || disposition !== "enforce") return;
    blocked.add(blockedURI);
    tell();
  };
  document.addEventListener("securitypolicyviolation", violated);
  return {
    workerWasBlocked: (url) => blocked.has(reportedUrl(url)),
    next: () =>
      new Promise((resolve) => {
        tell = resolve;
        setTimeout(resolve, REPORT_TIMEOUT);
      }),
    stop: () => document.removeEventListener("securitypolicyviolation", violated),
  };
}

/** Returns a URL of the page's own origin as violations give it (CSP, "strip URL for use in reports"). */
function reportedUrl(url: string): string {
  const reported = new URL(url);
  reported.hash = "";
  return reported.href;
}

const blocked: Finding = {
  reason: "csp",
  why: "the page's Content Security Policy does not allow it",
  cure: "add worker-src 'self' to the policy",
};

/** Returns the error for a script URL that no page of this origin can use; undefined if the URL may be used. */
export function unusableUrl(url: string): WorkerStartError | undefined {
  const page = new URL(location.href);
  const { origin, protocol } = new URL(url);
  if (origin === page.origin) return undefined;
  // The client's file on the computer that built the application.
  if (protocol === "file:") return startError(url, noUrl);
  // A bundler has inlined the script, which is no text for a message.
  const shown = protocol === "data:" ? "data:…" : url;
  return startError(shown, {
    reason: "cross-origin",
    why: `browsers start a SharedWorker only from the page's own origin, ${page.origin}`,
    cure: COPY,
  });
}

const noUrl: Finding = {
  reason: "no-url",
  why: "the client does not know its own URL (import.meta.url), next to which its worker is, as in an IIFE or CommonJS bundle",
  cure: COPY,
};

/**
 * Determines why the constructor threw.
 * @param url undefined if there was no URL to pass to it
 */
export async function constructorError(
  url: string | undefined,
  cause: unknown,
  violations: PolicyViolations,
  trust: ScriptTrust,
): Promise<WorkerStartError> {
  if (cause instanceof WorkerStartError) return cause;
  if (url === undefined) return startError("worker.js", noUrl, cause);
  const why = textFromThrown(cause);
  if (trust.refusal !== undefined && cause instanceof TypeError) {
    const cure =
      `add trusted-types ${POLICY} to the policy ('allow-duplicates' too if the page has two copies of this package), ` +
      "or pass a TrustedScriptURL as `workerUrl`";
    return startError(url, { reason: "csp", why: `${why} (${textFromThrown(trust.refusal)})`, cure }, cause);
  }
  if (!violations.workerWasBlocked(url)) await violations.next();
  if (violations.workerWasBlocked(url)) return startError(url, blocked, cause);
  const reason = isFilePage() ? "cross-origin" : "unsupported";
  return startError(url, { reason, why, cure: "use another browser" }, cause);
}

/**
 * Determines why a worker did not start. A failed worker fires the same bare event whatever the cause, so its script is requested
 * again.
 */
export async function workerStartError(url: string, violations: PolicyViolations): Promise<WorkerStartError> {
  const probed = await probe(url);
  // After the probe, because the violation may be reported after the worker's error.
  return startError(url, violations.workerWasBlocked(url) ? blocked : probed);
}

function startError(url: string, { reason, why, cure }: Finding, cause?: unknown): WorkerStartError {
  const message = `The worker ${url} did not start: ${why}. Cure: ${isFilePage() ? SERVE : cure}`;
  return new WorkerStartError(message, { reason, url, ...(cause !== undefined && { cause }) });
}

/** Milliseconds for the answer to the probe; the server that failed to serve the worker may well hang. */
const PROBE_TIMEOUT = 5_000;

async function probe(url: string): Promise<Finding> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT);
    const response = await fetch(url, { credentials: "same-origin", signal });
    void response.body?.cancel();
    return findingFromResponse(response.status, response.headers.get("content-type") ?? "");
  } catch (cause) {
    return unreachable(textFromThrown(cause));
  }
}

const FIRST_SERVER_ERROR = 500;

function findingFromResponse(status: number, contentType: string): Finding {
  const answer = `the server answers with status ${status}`;
  if (status >= FIRST_SERVER_ERROR) return unreachable(answer);
  const cure = `if the bundler did not emit the script, ${COPY}`;
  if (status < 200 || status > 299) return { reason: "not-found", why: answer, cure };
  if (!/^(text|application)\/(x-)?(java|ecma)script\b/i.test(contentType)) {
    const why = `its content type is "${contentType}" instead of text/javascript`;
    return { reason: "wrong-type", why, cure };
  }
  return {
    reason: "script",
    why: "its script fails while it starts, or a worker with different options is already running at this URL",
    cure: "see the console of the worker, or close the other tabs of this origin",
  };
}

function unreachable(why: string): Finding {
  return { reason: "network", why, cure: "connect again when the server can be reached" };
}

/** Tells whether the page was opened from a file, where nothing else helps. */
function isFilePage(): boolean {
  return new URL(location.href).protocol === "file:";
}
