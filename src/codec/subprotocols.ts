import { serializerNames } from "../protocol/payload.js";
import type { SerializerName } from "../protocol/payload.js";

/** A WebSocket subprotocol of WAMP (WAMP, "WebSocket Transport"): one message in each frame. */
export interface Subprotocol {
  /** The name in the WebSocket handshake. */
  readonly name: string;
  readonly serializer: SerializerName;
}

/** Returns the subprotocols of these serializers, in the order of the serializers. */
export function subprotocolsOf(serializers: readonly SerializerName[]): readonly Subprotocol[] {
  return serializers.map((serializer) => ({ name: `wamp.2.${serializer}`, serializer }));
}

/** Every subprotocol that the hub and the development router support. */
export const subprotocols: readonly Subprotocol[] = /* @__PURE__ */ subprotocolsOf(serializerNames);
