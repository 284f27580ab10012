import { isOwnSerializer, serializerNames } from "../protocol/payload.js";
import type { SerializerName } from "../protocol/payload.js";

/** A WebSocket subprotocol of WAMP (WAMP, "WebSocket Transport" and "Message Batching"). */
export interface Subprotocol {
  /** The name in the WebSocket handshake. */
  readonly name: string;
  readonly serializer: SerializerName;
  /** True if a frame carries several messages, false if it is one message. */
  readonly batched: boolean;
}

/**
 * Returns the subprotocols of these serializers, in the order of the serializers; a batched one precedes the plain one. Those of the
 * application have a plain one alone.
 */
export function subprotocolsOf(serializers: readonly SerializerName[]): readonly Subprotocol[] {
  return serializers.flatMap((serializer) => {
    const name = `wamp.2.${serializer}`;
    const plain = { name, serializer, batched: false };
    return isOwnSerializer(serializer)
      ? [{ name: `${name}.batched`, serializer, batched: true }, plain]
      : [plain];
  });
}

/** Every subprotocol of the package's own serializers. */
export const subprotocols: readonly Subprotocol[] = /* @__PURE__ */ subprotocolsOf(serializerNames);
