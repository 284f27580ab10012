import type { CodecUrl } from "../../contract/port.js";
import type { OwnSerializerName } from "../../protocol/payload.js";

// Bundlers look for these expressions, literally: they copy the files and replace the URLs.
const bundled: Readonly<Record<Exclude<OwnSerializerName, "json">, () => URL>> = {
  msgpack: () => new URL(/* @vite-ignore */ "./msgpack-serializer.js", import.meta.url),
  cbor: () => new URL(/* @vite-ignore */ "./cbor-serializer.js", import.meta.url),
};

/**
 * Returns the URLs of the serializers that the worker loads.
 * @param workerUrl the worker's URL if the application has given one: it has the files next to it
 */
export function serializerFiles(workerUrl: string | undefined): CodecUrl[] {
  return Object.entries(bundled).map(([name, find]) => {
    const url = workerUrl === undefined ? find() : new URL(`${name}-serializer.js`, workerUrl);
    return { serializer: name, url: url.href };
  });
}
