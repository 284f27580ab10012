import type { Notation } from "../../codec/notation.js";
import type { SerializerName } from "../../protocol/payload.js";

type Files = Readonly<
  Record<Exclude<SerializerName, "json">, () => Promise<Notation<Uint8Array<ArrayBuffer>>>>
>;

/** The notations that are files of their own. Bundlers look for each import, literally. */
const files: Files = {
  msgpack: () => import("../../codec/msgpack-payload.js").then(({ msgpackNotation }) => msgpackNotation),
  cbor: () => import("../../codec/cbor-payload.js").then(({ cborNotation }) => cborNotation),
};

/** Loads the notation of a serializer. Rejects if its file cannot be loaded. */
export function loadNotation(serializer: keyof typeof files): Promise<Notation<Uint8Array<ArrayBuffer>>> {
  return files[serializer]();
}
