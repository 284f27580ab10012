import type { Serializer } from "../codec/serializer.js";

/**
 * Loads a serializer from its file, a module that exports it as `serializer`. Rejects for a file of another origin: one tab supplies the
 * URL, but the code serves all tabs.
 */
export async function loadSerializer(url: string): Promise<Serializer> {
  const { origin, href } = new URL(url, self.location.href);
  if (origin !== self.location.origin) throw new Error(`${href} is not a file of the worker's origin`);
  // The comments keep bundlers from resolving a URL that only the tab knows.
  const { serializer } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ href)) as {
    readonly serializer: Serializer;
  };
  return serializer;
}
