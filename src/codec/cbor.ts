import { binarySerializer } from "./binary-serializer.js";
import { cborNotation } from "./cbor-payload.js";
import { CborScanner, isFloat, isMap } from "./cbor-scan.js";

/** The serializer of `wamp.2.cbor` (RFC 8949). */
export const cborSerializer = binarySerializer({
  label: "CBOR",
  notation: cborNotation,
  shortList: 0x80,
  scan: (bytes) => new CborScanner(bytes),
  isMap,
  isFloat,
  // The header of an integer of 8 bits is 0x18.
  shortCode: ({ length, 0: header, 1: code }) => (length === 2 && header === 0x18 ? code : undefined),
});
