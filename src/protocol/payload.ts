/** Names of the package's own serializers, as in the subprotocol `wamp.2.<name>`. */
export type OwnSerializerName = "json" | "msgpack" | "cbor";

/** Names of serializers: the package's own and those of the application. */
export type SerializerName = OwnSerializerName | (string & Record<never, never>);

/** The one list of the package's serializers. All but JSON are files of their own: the worker loads `<name>-serializer.js`, a page `<name>.js`. */
export const serializerNames = ["json", "msgpack", "cbor"] as const satisfies readonly OwnSerializerName[];

/** Tells whether a serializer is the package's own. */
export function isOwnSerializer(name: unknown): name is OwnSerializerName {
  return (serializerNames as readonly unknown[]).includes(name);
}

/** Tells whether a value can be the name of a serializer of the application. A name is a part of a token (RFC 6455, section 4.1), without dots. */
export function isCustomName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z\d_-]*$/.test(value) && !isOwnSerializer(value);
}

/**
 * The arguments of a message, still encoded. Only the codec decodes them; the protocol layer and the hub pass them on.
 *
 * `data` holds the elements `args` and `kwargs` exactly as they appear at the end of the message:
 * - json: the text between the preceding element and the closing bracket, such as `[1,2],{"a":3}`; `""` if `count` is 0
 * - msgpack, cbor: the bytes of the elements, one after the other, without the header of a list
 * - a serializer of the application: the list of the elements, encoded; nothing if `count` is 0, or if they could not be encoded again
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
  /** json: the text of one array of arrays `[[args?,kwargs?],…]`; msgpack, cbor: concatenated arrays, each with its header; otherwise the data, one after the other. */
  readonly data: string | Uint8Array;
}
