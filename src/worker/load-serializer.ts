import type { Serializer } from "../codec/serializer.js";
import { SERIALIZER_VERSION } from "../codec/serializer-version.js";

/** The exports of a serializer's file. */
interface SerializerFile {
  readonly version: number;
  readonly serializer: Serializer;
}

/**
 * Loads a serializer from its file. Rejects for a file of another origin, because one tab supplies the URL but the code serves
 * all tabs, and for a file of another version.
 * @param attempt number of the attempt, added to the URL because browsers remember failed imports
 */
export async function loadSerializer(url: string, attempt: number): Promise<Serializer> {
  const file = new URL(url, self.location.href);
  if (file.origin !== self.location.origin) throw new Error(`${url} is not a file of the worker's origin`);
  if (attempt > 1) file.searchParams.set("attempt", String(attempt));
  // The comments keep bundlers from resolving a URL that only the tab knows.
  const imported = (await import(/* webpackIgnore: true */ /* @vite-ignore */ file.href)) as SerializerFile;
  if (imported.version !== SERIALIZER_VERSION)
    throw new Error(`${url} has version ${imported.version}, the worker needs version ${SERIALIZER_VERSION}`);
  return imported.serializer;
}
