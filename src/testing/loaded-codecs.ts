import type { SerializerName } from "../protocol/payload.js";
import { subprotocolsOf } from "../codec/subprotocols.js";
import type { Subprotocol } from "../codec/subprotocols.js";
import { codecs } from "../router/core/frames.js";

// The router's core looks its serializers up without waiting, since a router loads them before it listens.
await codecs.load(["json", "msgpack"]);

/** The serializers of the router's core, loaded. */
export { codecs };

/** Returns the subprotocol of a serializer. */
export function subprotocolFor(serializer: SerializerName): Subprotocol {
  const [subprotocol] = subprotocolsOf([serializer]);
  if (subprotocol === undefined) throw new Error(`There is no subprotocol of ${serializer}`);
  return subprotocol;
}
