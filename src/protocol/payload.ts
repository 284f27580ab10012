/** Names of the serializers, as in the subprotocol `wamp.2.<name>`. */
export type SerializerName = "json" | "msgpack" | "cbor";

/** The one list of the serializers. All but JSON are files of their own: the worker loads `<name>-serializer.js`, a page `<name>.js`. */
export const serializerNames = ["json", "msgpack", "cbor"] as const satisfies readonly SerializerName[];

/**
 * The arguments of a message, still encoded. Only the codec decodes them; the protocol layer and the hub pass them on.
 *
 * `data` holds the elements `args` and `kwargs` exactly as they appear at the end of the message:
 * - json: the text between the preceding element and the closing bracket, such as `[1,2],{"a":3}`; `""` if `count` is 0
 * - msgpack, cbor: the bytes of the elements, one after the other, without the header of a list
 */
export interface Payload {
  readonly serializer: SerializerName;
  /** 0: neither args nor kwargs, 1: args, 2: args and kwargs. */
  readonly count: 0 | 1 | 2;
  readonly data: string | Uint8Array;
}

/** The payloads of consecutive messages, joined so that they cross the port and are decoded as one value. */
export interface JoinedPayloads {
  readonly serializer: SerializerName;
  /** The offset in `data` at which the array of each payload ends, so that a malformed payload can be found. */
  readonly ends: Uint32Array;
  /** The `count` of each payload. */
  readonly counts: Uint8Array;
  /** json: the text of one array of arrays `[[args?,kwargs?],…]`; msgpack, cbor: concatenated arrays, each with its header. */
  readonly data: string | Uint8Array;
}
