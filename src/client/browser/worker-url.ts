import { publicUrl } from "../../contract/router-url.js";
import { invalid, invalidType } from "../errors/invalid.js";

/** The cure for a script that no page can use where it is. */
export const COPY = 'copy it with `npx wamp-mux worker <public folder>` and pass `workerUrl: "/worker.js"`';

const WHERE = "connect(): options.workerUrl";

/**
 * Returns the absolute URL of a worker script. Browsers accept a SharedWorker only from the page's own origin, and a `blob:` or `data:`
 * URL would create a separate worker for each page.
 */
export function resolveWorkerUrl(given: string, pageUrl: string): string {
  if (!URL.canParse(given, pageUrl)) throw invalidType(WHERE, given, "a URL");
  const url = new URL(given, pageUrl);
  const { origin } = new URL(pageUrl);
  if (["blob:", "data:"].includes(url.protocol)) {
    throw refused(url, "the URL of a script on the page's own origin, because pages cannot share any other");
  }
  if (url.origin !== origin)
    throw refused(
      url,
      `a URL of the page's own origin, ${origin} (\`npx wamp-mux worker <public folder>\` copies the script)`,
    );
  // Errors and the status show this URL. The browser knows the credentials of the page's own origin.
  url.username = "";
  url.password = "";
  return url.href;
}

/** Returns the error for a URL that may be another option's, such as the router's with a password and a token. */
function refused(url: URL, expected: string): Error {
  return /^(?:http|ws)s?:$|^blob:$/.test(url.protocol)
    ? invalid(WHERE, publicUrl(url.href), expected)
    : invalidType(WHERE, url.href, expected);
}
