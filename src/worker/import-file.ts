import { leftFile } from "../codec/serializer-file.js";
import type { FileContent } from "../codec/serializer-file.js";
import { publicUrl } from "../contract/router-url.js";
import type { Clock } from "../web/clock.js";
import { within } from "../web/time-limit.js";

/** Milliseconds until a file that does not arrive counts as missing. */
const LOAD_TIMEOUT = 4_000;

/** A kind of files that the worker loads. */
export interface FileKind<Content extends FileContent> {
  /** The name of the serializer or algorithm. */
  readonly name: string;
  /** The name of the export that all these files have beside their version. */
  readonly part: keyof Content;
  /** The version that the worker needs. */
  readonly version: number;
}

/**
 * Imports a file of the worker, as {@link importModule} does. Rejects for a file of another version.
 * @param attempt counts the attempts at this URL from 1
 */
export async function importFile<Content extends FileContent>(
  clock: Pick<Clock, "after">,
  { name, part, version: needed }: FileKind<Content>,
  url: string,
  attempt: number,
): Promise<Content> {
  const exported = await importModule<Content>(clock, url, attempt);
  const content = part in exported ? exported : (leftFile<Content>(name) ?? exported);
  if (content.version !== needed)
    throw new Error(`${shownUrl(url)} has version ${content.version}, the worker needs version ${needed}`);
  return content;
}

/**
 * Imports a module. Rejects for one of another origin, because one tab supplies the URL but the code serves all tabs, and for one that
 * does not arrive within 4 s.
 * @param attempt counts the attempts at this URL from 1
 */
export async function importModule<Exports>(
  clock: Pick<Clock, "after">,
  url: string,
  attempt: number,
): Promise<Exports> {
  const file = new URL(url, self.location.href);
  const shown = shownUrl(url);
  if (file.origin !== self.location.origin) throw new Error(`${shown} is not a file of the worker's origin`);
  // Browsers remember failed imports.
  if (attempt > 1) file.searchParams.set("attempt", String(attempt));
  // The comments keep bundlers from resolving a URL that only the tab knows.
  const imported = import(/* webpackIgnore: true */ /* @vite-ignore */ file.href) as Promise<Exports>;
  const quoted = imported.catch((cause: unknown) => {
    // Browsers quote the URL.
    throw new Error(String(cause).replaceAll(file.href, shown));
  });
  return await within(clock, LOAD_TIMEOUT, quoted, () =>
    Promise.reject(new Error(`${shown} did not arrive within ${LOAD_TIMEOUT} ms`)),
  );
}

/** Returns a URL for messages: they reach the status, and a query may hold a secret. */
function shownUrl(url: string): string {
  return publicUrl(new URL(url, self.location.href).href);
}
