import { textFromThrown } from "../errors/thrown-text.js";
import type { WorkerStartReason } from "../errors/worker-errors.js";
import { POLICY } from "./script-trust.js";
import { COPY, isOwnScript } from "./worker-url.js";

// A file of its own in the package, which the page loads only when a worker did not start. It returns data instead of errors, whose
// classes the client would have twice.

/** The observations of a page whose worker did not start. */
export interface Symptoms {
  /** URL of the script; undefined if there was none to pass to the constructor. */
  readonly url: string | undefined;
  /** The error that the constructor threw; undefined if the worker has fired its bare event instead. */
  readonly cause: unknown;
  /** The violations of `worker-src` in this page; grows. */
  readonly violations: readonly SecurityPolicyViolationEvent[];
  /** The error with which the browser refused the package's Trusted Types policy, if it did. */
  readonly refusal: unknown;
}

/** The cause of a failure, and its cure. */
export interface Finding {
  readonly reason: WorkerStartReason;
  readonly why: string;
  readonly cure: string;
}

const SERVE = "serve its folder by http, because pages that are opened from a file share no worker";

const blocked: Finding = {
  reason: "csp",
  why: "the page's Content Security Policy does not allow it",
  cure: "add worker-src 'self' to the policy",
};

const noUrl: Finding = {
  reason: "no-url",
  why: "the client does not know its own URL (import.meta.url), next to which its worker is, as in an IIFE or CommonJS bundle",
  cure: COPY,
};

/** Determines why a worker did not start. */
export async function diagnose(symptoms: Symptoms): Promise<Finding> {
  const { url, cause } = symptoms;
  // Without a URL, or with that of the client's file on the computer that built the application.
  const finding =
    url === undefined || (new URL(url).protocol === "file:" && !isFilePage())
      ? noUrl
      : await (cause === undefined ? afterEvent(url, symptoms) : afterRefusal(url, symptoms));
  // Nothing else helps where the page was opened from a file.
  return isFilePage() ? { ...finding, cure: SERVE } : finding;
}

/** Determines why the constructor threw. */
async function afterRefusal(url: string, { cause, refusal, violations }: Symptoms): Promise<Finding> {
  if (!isOwnScript(url)) {
    const why = `browsers start a SharedWorker only from the page's own origin, ${new URL(location.href).origin}`;
    return { reason: "cross-origin", why, cure: COPY };
  }
  const why = textFromThrown(cause);
  if (refusal !== undefined && cause instanceof TypeError) {
    const cure =
      `add trusted-types ${POLICY} to the policy ('allow-duplicates' too if the page has two copies of this package), ` +
      "or pass a TrustedScriptURL as `workerUrl`";
    return { reason: "csp", why: `${why} (${textFromThrown(refusal)})`, cure };
  }
  // WebKit reports a violation one task after the constructor's exception.
  if (!wasBlocked(url, violations)) await new Promise((resolve) => setTimeout(resolve, REPORT_TIMEOUT));
  if (wasBlocked(url, violations)) return blocked;
  return { reason: isFilePage() ? "cross-origin" : "unsupported", why, cure: "use another browser" };
}

/** A failed worker fires the same event whatever the cause, so its script is requested again. */
async function afterEvent(url: string, { violations }: Symptoms): Promise<Finding> {
  const probed = await probe(url);
  // After the probe, because the violation may be reported after the worker's event.
  return wasBlocked(url, violations) ? blocked : probed;
}

/** Tells whether the page's policy has blocked the worker at a URL of the page's own origin. */
function wasBlocked(url: string, violations: Symptoms["violations"]): boolean {
  // Violations have URLs without fragments (CSP, "strip URL for use in reports").
  const reported = new URL(url);
  reported.hash = "";
  // A policy that is only reported blocks nothing, and the application may have other workers.
  return violations.some(
    ({ disposition, blockedURI }) => disposition === "enforce" && blockedURI === reported.href,
  );
}

/** Milliseconds for the browser to report a violation after it has refused to create a worker. */
const REPORT_TIMEOUT = 100;

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

/** Tells whether the page was opened from a file. */
function isFilePage(): boolean {
  return new URL(location.href).protocol === "file:";
}
