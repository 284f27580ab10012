import type { SerializerName } from "../protocol/payload.js";
import type { Serializer } from "./serializer.js";

/** Loads a serializer from the file at a URL, and settles within a few seconds. `attempt` counts the attempts at this URL from 1. */
export type CodecLoader = (name: SerializerName, url: string, attempt: number) => Promise<Serializer>;

/** The serializers of a worker or process. Those that are not bundled are loaded when they are first needed. */
export interface Codecs {
  /** Adds a URL of a serializer's file. The latest URL is tried first, then the earlier ones. */
  locate(name: SerializerName, url: string): void;
  /** Loads a serializer once, for all callers. Rejects if that fails; the next call tries again. */
  load(name: SerializerName): Promise<Serializer>;
  /** Returns a loaded serializer; undefined for one that is not loaded. */
  find(name: SerializerName): Serializer | undefined;
  /** Returns a loaded serializer. Throws for one that is not loaded. */
  get(name: SerializerName): Serializer;
  /** Tells that a serializer has failed on a message: for a minute, the others are preferred. */
  doubt(name: SerializerName): void;
  /**
   * Returns the names without those of serializers that could not be loaded in the last minute; all names if none would be left. Those that
   * have failed on a message in that time come last: the router may know no other.
   */
  usable(names: readonly SerializerName[]): readonly SerializerName[];
}

/** A URL of a serializer's file. */
interface Place {
  readonly url: string;
  attempts: number;
}

/**
 * Milliseconds for which a serializer that could not be loaded is not offered, and the others are preferred to one that has failed on a
 * message. Offering the former may cost an attempt to connect, but a file that was missing during a deployment, or a network that was down,
 * is back before long.
 */
const FAILURE_LASTS = 60_000;

/** URLs kept for each serializer; the earliest are forgotten. */
const URLS_KEPT = 4;

/**
 * Creates the codecs of a worker or process from its bundled serializers and from a loader of all further ones.
 * @param now returns the time in milliseconds
 */
export function createCodecs(
  bundled: readonly Serializer[],
  loader?: CodecLoader,
  now: () => number = Date.now,
): Codecs {
  const loaded = new Map(bundled.map((serializer) => [serializer.name, serializer]));
  const loading = new Map<SerializerName, Promise<Serializer>>();
  /** The times at which serializers could not be loaded. */
  const failed = new Map<SerializerName, number>();
  /** The times at which serializers have failed on a message. */
  const doubted = new Map<SerializerName, number>();
  /** The places of each serializer's file, the latest one first: deployments come and go, and any of their files will do. */
  const places = new Map<SerializerName, readonly Place[]>();

  async function loadFile(name: SerializerName): Promise<Serializer> {
    let failure: unknown = new Error(`no file of the serializer "${name}" is known`);
    if (loader === undefined) throw failure;
    const tried = new Set<Place>();
    // A place may be added while another one is being tried.
    const untried = (): Place | undefined => places.get(name)?.find((place) => !tried.has(place));
    for (let place = untried(); place !== undefined; place = untried()) {
      tried.add(place);
      place.attempts += 1;
      try {
        return await loader(name, place.url, place.attempts);
      } catch (cause) {
        failure = cause;
      }
    }
    throw failure;
  }

  async function load(name: SerializerName): Promise<Serializer> {
    try {
      const serializer = await loadFile(name);
      loaded.set(name, serializer);
      failed.delete(name);
      return serializer;
    } catch (cause) {
      failed.set(name, now());
      throw cause;
    } finally {
      loading.delete(name);
    }
  }

  return {
    locate(name, url) {
      if (loader === undefined) return;
      const known = places.get(name) ?? [];
      const place = known.find((each) => each.url === url);
      places.set(
        name,
        [place ?? { url, attempts: 0 }, ...known.filter((each) => each !== place)].slice(0, URLS_KEPT),
      );
      // A new URL may work where the others did not.
      if (place === undefined) failed.delete(name);
    },
    load(name) {
      const serializer = loaded.get(name);
      if (serializer !== undefined) return Promise.resolve(serializer);
      const current = loading.get(name) ?? load(name);
      loading.set(name, current);
      return current;
    },
    find: (name) => loaded.get(name),
    get(name) {
      const serializer = loaded.get(name);
      if (serializer === undefined) throw new Error(`the serializer "${name}" has not been loaded`);
      return serializer;
    },
    doubt: (name) => void doubted.set(name, now()),
    usable(names) {
      const isPast = (times: ReadonlyMap<SerializerName, number>) => (name: SerializerName) =>
        now() - (times.get(name) ?? -Infinity) >= FAILURE_LASTS;
      const working = names.filter(isPast(failed));
      const offered = working.length > 0 ? working : names;
      const trusted = offered.filter(isPast(doubted));
      return [...trusted, ...offered.filter((name) => !trusted.includes(name))];
    },
  };
}
