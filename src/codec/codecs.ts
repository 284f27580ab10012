import type { SerializerName } from "../protocol/payload.js";
import type { Serializer } from "./serializer.js";

/** Loads a serializer from the file at a URL. `attempt` is another number each time. */
export type CodecLoader = (url: string, attempt: number) => Promise<Serializer>;

/** The serializers of a worker or process. Those that are not bundled are loaded when they are first needed. */
export interface Codecs {
  /** Adds a URL of a serializer's file. The latest URL is tried first, then the earlier ones. */
  locate(name: SerializerName, url: string): void;
  /** Loads a serializer once. Rejects if that fails; the next call tries again. */
  load(name: SerializerName): Promise<Serializer>;
  /** Returns a loaded serializer; undefined for one that is not loaded. */
  find(name: SerializerName): Serializer | undefined;
  /** Returns a loaded serializer. Throws for one that is not loaded. */
  get(name: SerializerName): Serializer;
  /** Returns the names without those of serializers that could not be loaded; all names if none would be left. */
  usable(names: readonly SerializerName[]): readonly SerializerName[];
}

/** URLs kept for each serializer; the earliest are forgotten. */
const URLS_KEPT = 4;

/** Creates the codecs of a worker or process from its bundled serializers and from loaders of further ones. */
export function createCodecs(
  bundled: readonly Serializer[],
  loaders: Readonly<Partial<Record<SerializerName, CodecLoader>>> = {},
): Codecs {
  const loaded = new Map(bundled.map((serializer) => [serializer.name, serializer]));
  const failed = new Set<SerializerName>();
  /** The URLs of each serializer's file, the latest one first: deployments come and go, and any of their files will do. */
  const urlsByName = new Map<SerializerName, readonly string[]>();
  let attempts = 0;

  async function loadFile(name: SerializerName): Promise<Serializer> {
    const loader = loaders[name];
    let failure: unknown = new Error(`no file of the serializer "${name}" is known`);
    if (loader === undefined) throw failure;
    for (const url of urlsByName.get(name) ?? []) {
      try {
        attempts += 1;
        return await loader(url, attempts);
      } catch (cause) {
        failure = cause;
      }
    }
    throw failure;
  }

  return {
    locate(name, url) {
      const others = (urlsByName.get(name) ?? []).filter((known) => known !== url);
      urlsByName.set(name, [url, ...others].slice(0, URLS_KEPT));
      // The new URL may work where the others did not.
      failed.delete(name);
    },
    async load(name) {
      try {
        const serializer = loaded.get(name) ?? (await loadFile(name));
        loaded.set(name, serializer);
        failed.delete(name);
        return serializer;
      } catch (cause) {
        failed.add(name);
        throw cause;
      }
    },
    find: (name) => loaded.get(name),
    get(name) {
      const serializer = loaded.get(name);
      if (serializer === undefined) throw new Error(`the serializer "${name}" has not been loaded`);
      return serializer;
    },
    usable(names) {
      const working = names.filter((name) => !failed.has(name));
      return working.length > 0 ? working : names;
    },
  };
}
