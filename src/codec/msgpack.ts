import { binarySerializer } from "./binary-serializer.js";
import { msgpackNotation } from "./msgpack-payload.js";
import { isFloatHeader, isMapHeader, MsgpackScanner } from "./msgpack-scan.js";

/** The serializer of `wamp.2.msgpack`. */
export const msgpackSerializer = binarySerializer({
  label: "MessagePack",
  notation: msgpackNotation,
  shortList: 0x90,
  scan: (bytes) => new MsgpackScanner(bytes),
  isMap: isMapHeader,
  isFloat: isFloatHeader,
  shortCode: ({ length, 0: code }) => (length === 1 ? code : undefined),
});
