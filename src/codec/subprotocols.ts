import type { SerializerName } from "../protocol/payload.js";
import { unbatched } from "./framing.js";
import type { Framing } from "./framing.js";

/** A WebSocket subprotocol of WAMP: a serializer and a framing (WAMP, "WebSocket Transport"). */
export interface Subprotocol {
  /** The name in the WebSocket handshake. */
  readonly name: string;
  readonly serializer: SerializerName;
  readonly framing: Framing;
}

/** Every subprotocol that the hub and the development router support. */
export const subprotocols: readonly Subprotocol[] = [
  { name: "wamp.2.json", serializer: "json", framing: unbatched },
  { name: "wamp.2.msgpack", serializer: "msgpack", framing: unbatched },
];

/** Returns the subprotocols of these serializers, in the order of the serializers. */
export function subprotocolsOf(serializers: readonly SerializerName[]): readonly Subprotocol[] {
  return serializers.flatMap((name) => subprotocols.filter(({ serializer }) => serializer === name));
}
