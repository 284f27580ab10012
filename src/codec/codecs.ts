import type { SerializerName } from "../protocol/payload.js";
import type { Serializer } from "./serializer.js";

type Urls = Readonly<Partial<Record<SerializerName, string>>>;

/** Loads a serializer from the file at a URL. */
export type CodecLoader = (url: string) => Promise<Serializer>;

/** The serializers of a worker or process. Those that are not bundled are loaded when they are first needed. */
export interface Codecs {
  /** Sets the URLs of the files of serializers. Until a serializer is loaded, its latest URL applies. */
  locate(urls: Urls): void;
  /** Loads a serializer once. Rejects if that fails; the next call tries again. */
  load(name: SerializerName): Promise<Serializer>;
  /** Returns a loaded serializer; undefined for one that is not loaded. */
  find(name: SerializerName): Serializer | undefined;
  /** Returns a loaded serializer. Throws for one that is not loaded. */
  get(name: SerializerName): Serializer;
  /** Returns the names without those of serializers that could not be loaded; all names if none would be left. */
  usable(names: readonly SerializerName[]): readonly SerializerName[];
}

/** Creates the codecs of a worker or process from its bundled serializers and from loaders of further ones. */
export function createCodecs(
  bundled: readonly Serializer[],
  loaders: Readonly<Partial<Record<SerializerName, CodecLoader>>> = {},
): Codecs {
  const loaded = new Map(bundled.map((serializer) => [serializer.name, serializer]));
  const failed = new Set<SerializerName>();
  let urls: Urls = {};

  async function loadFile(name: SerializerName): Promise<Serializer> {
    const loader = loaders[name];
    const url = urls[name];
    if (loader === undefined || url === undefined)
      throw new Error(`no file of the serializer "${name}" is known`);
    return await loader(url);
  }

  return {
    locate(given) {
      urls = { ...urls, ...given };
      // A new URL may work where the old one did not.
      failed.clear();
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
