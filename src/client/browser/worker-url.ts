import { publicUrl } from "../../contract/router-url.js";
import { invalid } from "../errors/invalid.js";

/** The cure for a script that no page can use where it is. */
export const COPY = 'copy it with `npx wamp-mux worker <public folder>` and pass `workerUrl: "/worker.js"`';

const WHERE = "connect(): options.workerUrl";

/**
 * Returns the absolute URL of a worker script. Browsers accept a SharedWorker only from the page's own origin, and a `blob:` or `data:`
 * URL would create a separate worker for each page.
 */
export function resolveWorkerUrl(given: string): string {
  if (!URL.canParse(given, location.href)) throw invalid(WHERE, given, "a URL");
  const url = new URL(given, location.href);
  const { href, origin, protocol } = url;
  if (protocol === "blob:" || protocol === "data:" || !isOwnScript(href)) {
    const expected = `a URL of the page's own origin, ${new URL(location.href).origin}, that pages can share (${COPY})`;
    // It may be another option's, such as the router's with a password and a token; one without an origin has them anywhere.
    throw invalid(WHERE, href, expected, origin === "null" ? undefined : JSON.stringify(publicUrl(href)));
  }
  // Errors and the status show this URL. The browser knows the credentials of the page's own origin.
  url.username = "";
  url.password = "";
  return url.href;
}

/** Tells whether a URL has the page's own origin, the only one whose scripts browsers run in a SharedWorker. */
export function isOwnScript(url: string): boolean {
  return new URL(url, location.href).origin === new URL(location.href).origin;
}
