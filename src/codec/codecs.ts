import type { SerializerName } from "../protocol/payload.js";
import type { Serializer } from "./serializer.js";
import { subprotocolsOf } from "./subprotocols.js";

/** The serializers of a worker or process, which are loaded when they are first needed. */
export interface Codecs {
  /** Loads each serializer once. Rejects if one cannot be loaded; the next call tries again. */
  load(names: Iterable<SerializerName>): Promise<void>;
  /** Returns a loaded serializer. Throws for one that has not been loaded. */
  get(name: SerializerName): Serializer;
}

/** Returns the serializers of the list of subprotocols, none of them loaded. */
export function createCodecs(): Codecs {
  const loaded = new Map<SerializerName, Serializer>();
  return {
    async load(names) {
      const missing = [...new Set(names)].filter((name) => !loaded.has(name));
      await Promise.all(
        missing.map(async (name) => {
          const serializer = await subprotocolsOf([name])[0]?.load();
          if (serializer !== undefined) loaded.set(name, serializer);
        }),
      );
    },
    get(name) {
      const serializer = loaded.get(name);
      if (serializer === undefined) throw new Error(`the serializer "${name}" has not been loaded`);
      return serializer;
    },
  };
}
