import { subprotocolsOf } from "../codec/subprotocols.js";
import type { Subprotocol } from "../codec/subprotocols.js";
import type { SerializerName } from "../protocol/payload.js";

/** Returns the plain subprotocol of a serializer. */
export function subprotocolFor(serializer: SerializerName): Subprotocol {
  const subprotocol = subprotocolsOf([serializer]).find(({ batched }) => !batched);
  if (subprotocol === undefined) throw new Error(`There is no subprotocol of ${serializer}`);
  return subprotocol;
}
