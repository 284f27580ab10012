import { serializerNames } from "../protocol/payload.js";
import type { SerializerName } from "../protocol/payload.js";

/** A WebSocket subprotocol of WAMP (WAMP, "WebSocket Transport" and "Message Batching"). */
export interface Subprotocol {
  /** The name in the WebSocket handshake. */
  readonly name: string;
  readonly serializer: SerializerName;
  /** True if a frame carries several messages, false if it is one message. */
  readonly batched: boolean;
}

/** Returns the subprotocols of these serializers, in the order of the serializers; a batched one precedes the plain one. */
export function subprotocolsOf(serializers: readonly SerializerName[]): readonly Subprotocol[] {
  return serializers.flatMap((serializer) => [
    { name: `wamp.2.${serializer}.batched`, serializer, batched: true },
    { name: `wamp.2.${serializer}`, serializer, batched: false },
  ]);
}

/** Every subprotocol that the hub and the development router support. */
export const subprotocols: readonly Subprotocol[] = /* @__PURE__ */ subprotocolsOf(serializerNames);
