import type { CodecLoader } from "../codec/codecs.js";
import { takeFile } from "../codec/serializer-file.js";
import type { SerializerFile } from "../codec/serializer-file.js";
import { SERIALIZER_VERSION } from "../codec/serializer-version.js";
import { publicUrl } from "../contract/router-url.js";
import type { Clock } from "../web/clock.js";
import { within } from "../web/time-limit.js";

/** Milliseconds until a file that does not arrive counts as missing. */
const LOAD_TIMEOUT = 4_000;

/**
 * Returns the function that loads a serializer from its file. It rejects for a file of another origin, because one tab supplies the URL
 * but the code serves all tabs, for a file of another version, and for one that does not arrive within 4 s.
 */
export function serializerLoader(clock: Clock): CodecLoader {
  return async (url, attempt) => {
    const file = new URL(url, self.location.href);
    // Messages reach the status, and a query may hold a secret.
    const shown = publicUrl(file.href);
    if (file.origin !== self.location.origin)
      throw new Error(`${shown} is not a file of the worker's origin`);
    // Browsers remember failed imports.
    if (attempt > 1) file.searchParams.set("attempt", String(attempt));
    // The comments keep bundlers from resolving a URL that only the tab knows.
    const imported = import(
      /* webpackIgnore: true */ /* @vite-ignore */ file.href
    ) as Promise<SerializerFile>;
    const quoted = imported.catch((cause: unknown) => {
      // Browsers quote the URL.
      throw new Error(String(cause).replaceAll(file.href, shown));
    });
    const exported = await within(clock, LOAD_TIMEOUT, quoted, () =>
      Promise.reject(new Error(`${shown} did not arrive within ${LOAD_TIMEOUT} ms`)),
    );
    const left = takeFile();
    const { version, serializer } = left !== undefined && !("serializer" in exported) ? left : exported;
    if (version !== SERIALIZER_VERSION)
      throw new Error(`${shown} has version ${version}, the worker needs version ${SERIALIZER_VERSION}`);
    return serializer;
  };
}
