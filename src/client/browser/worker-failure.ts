import type { WorkerStartReason } from "../errors/worker-errors.js";
import { WorkerStartError } from "../errors/worker-errors.js";

/** Violations of the page's Content Security Policy while a worker starts. */
export interface PolicyViolations {
  /** Tells whether the worker at a URL has been blocked. */
  readonly workerWasBlocked: (url: string) => boolean;
  readonly stop: () => void;
}

/** Observes the document, because browsers report a violation there and not on the blocked worker. */
export function watchPolicyViolations(): PolicyViolations {
  const blocked = new Set<string>();
  const violated = ({ effectiveDirective, disposition, blockedURI }: SecurityPolicyViolationEvent): void => {
    // A policy that is only reported blocks nothing, and the application may have other workers.
    if (effectiveDirective === "worker-src" && disposition === "enforce") blocked.add(blockedURI);
  };
  document.addEventListener("securitypolicyviolation", violated);
  return {
    workerWasBlocked: (url) => blocked.has(reportedUrl(url)),
    stop: () => document.removeEventListener("securitypolicyviolation", violated),
  };
}

/** Returns a URL of the page's own origin as violations give it (CSP, "strip URL for use in reports"). */
function reportedUrl(url: string): string {
  const reported = new URL(url);
  reported.hash = "";
  return reported.href;
}

/**
 * Determines why a worker did not start. A failed worker fires the same bare event whatever the cause, so its script is requested
 * again.
 */
export async function workerStartError(url: string, violations: PolicyViolations): Promise<WorkerStartError> {
  const probed = await probe(url);
  // After the probe, because the violation may be reported after the worker's error.
  const { reason, why } = violations.workerWasBlocked(url)
    ? { reason: "csp" as const, why: "the page's Content Security Policy does not allow it (worker-src)" }
    : probed;
  return new WorkerStartError(`The worker ${url} did not start: ${why}`, { reason, url });
}

interface Finding {
  readonly reason: WorkerStartReason;
  readonly why: string;
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
    return { reason: "network", why: cause instanceof Error ? cause.message : String(cause) };
  }
}

const FIRST_SERVER_ERROR = 500;

function findingFromResponse(status: number, contentType: string): Finding {
  if (status >= FIRST_SERVER_ERROR)
    return { reason: "network", why: `the server answers with status ${status}` };
  if (status < 200 || status > 299)
    return { reason: "not-found", why: `the server answers with status ${status}` };
  if (!/^(text|application)\/(x-)?(java|ecma)script\b/i.test(contentType)) {
    return { reason: "wrong-type", why: `its content type is "${contentType}" instead of text/javascript` };
  }
  return {
    reason: "script",
    why: "its script fails while it starts, or a worker with different options is already running at this URL",
  };
}
