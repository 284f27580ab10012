import type { CodecLoader } from "../codec/codecs.js";
import { customSerializer, isCustomName } from "../codec/custom.js";
import type { SerializerFile } from "../codec/serializer-file.js";
import { SERIALIZER_VERSION as version } from "../codec/serializer-version.js";
import type { Clock } from "../web/clock.js";
import { importFile, importModule } from "./import-file.js";

/** Returns the function that loads a serializer from its file, as {@link importFile} does, or from the application's module. */
export function serializerLoader(clock: Clock): CodecLoader {
  return async (name, url, attempt) => {
    if (isCustomName(name)) return customSerializer(name, await importModule(clock, url, attempt));
    const kind = { name, part: "serializer", version } as const;
    const { serializer } = await importFile<SerializerFile>(clock, kind, url, attempt);
    return serializer;
  };
}
