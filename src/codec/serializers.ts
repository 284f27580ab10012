import { cborSerializer } from "./cbor.js";
import { jsonSerializer } from "./json.js";
import { msgpackSerializer } from "./msgpack.js";
import type { Serializer } from "./serializer.js";

/** Every serializer, where none of them is a file of its own: in the development router and in tests. */
export const serializers: readonly Serializer[] = [jsonSerializer, msgpackSerializer, cborSerializer];
