import { invalid } from "../errors/invalid.js";

/**
 * Returns the absolute URL of a worker script. Browsers accept a SharedWorker only from the page's own origin, and a `blob:` or `data:`
 * URL would create a separate worker for each page.
 */
export function resolveWorkerUrl(given: string, pageUrl: string): string {
  const where = "connect(): options.workerUrl";
  if (!URL.canParse(given, pageUrl)) throw invalid(where, given, "a URL");
  const url = new URL(given, pageUrl);
  if (["blob:", "data:"].includes(url.protocol)) {
    throw invalid(
      where,
      given,
      "the URL of a script on the page's own origin, because pages cannot share any other",
    );
  }
  const { origin } = new URL(pageUrl);
  if (url.origin !== origin) throw invalid(where, given, `a URL of the page's own origin, ${origin}`);
  return url.href;
}
