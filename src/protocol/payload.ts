/** Names of the serializers, as in the subprotocol `wamp.2.<name>`. */
export type SerializerName = "json" | "msgpack";

/**
 * The arguments of a message, still encoded. The protocol layer and the hub pass it on; only its codec looks inside.
 *
 * `data` holds the elements `args` and `kwargs` as they stand at the end of the message, without anything around them:
 * - json: the text between the element before and the closing bracket, such as `[1,2],{"a":3}`; `""` when `count` is 0
 * - msgpack: the bytes of the elements, one after the other, without an array header
 */
export interface Payload {
  readonly serializer: SerializerName;
  /** 0: neither args nor kwargs, 1: args, 2: args and kwargs. */
  readonly count: 0 | 1 | 2;
  readonly data: string | Uint8Array;
}

/** Payloads of consecutive messages joined to one piece, so that they cross the port and are decoded as one. */
export interface JoinedPayloads {
  readonly serializer: SerializerName;
  /** For each payload the offset in `data` at which its array ends, so that one broken payload can be found. */
  readonly ends: Uint32Array;
  /** json: text of one array of arrays `[[args?,kwargs?],…]`; msgpack: concatenated arrays, each with its header. */
  readonly data: string | Uint8Array;
}
