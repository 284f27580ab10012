import type { Notation } from "../../codec/notation.js";
import type { OwnSerializerName, SerializerName } from "../../protocol/payload.js";

type Files = Readonly<
  Record<Exclude<OwnSerializerName, "json">, () => Promise<Notation<Uint8Array<ArrayBuffer>>>>
>;

/** The notations that are files of their own. Bundlers look for each import, literally. */
const files: Files = {
  msgpack: () => import("../../codec/msgpack-payload.js").then(({ msgpackNotation }) => msgpackNotation),
  cbor: () => import("../../codec/cbor-payload.js").then(({ cborNotation }) => cborNotation),
};

/**
 * Loads the notation of a serializer. Rejects if its file cannot be loaded. Returns undefined if it has none, which is also true of a
 * serializer of the application and of a name that the hub will refuse.
 */
export function loadNotation(
  serializer: SerializerName,
): Promise<Notation<Uint8Array<ArrayBuffer>>> | undefined {
  return Object.hasOwn(files, serializer) ? files[serializer as keyof Files]() : undefined;
}
