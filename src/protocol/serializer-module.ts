/**
 * A serializer of the application: the exports of its module, or an object with the same functions. Both work on whole messages, each a
 * list of the values that WAMP has: text, numbers, booleans, null, binary data, lists and dictionaries (plain objects). Which further
 * values they carry, and how, is up to the application.
 */
export interface SerializerModule {
  /**
   * Encodes a value: text makes the messages text frames, bytes make them binary ones, and the type must always be the same. The bytes are
   * copied before the next call. An error fails the request, or the handler's answer, of that value alone.
   */
  encode(value: unknown): string | Uint8Array;
  /**
   * Decodes what `encode`, or that of another peer, has returned. Integers up to ±2^53 must be numbers. It should return something for
   * every value that a peer can send: if a message of the router cannot be decoded, it is not known whose message it was.
   */
  decode(data: string | Uint8Array): unknown;
}

/** A serializer of the application, with the name of its subprotocol. */
export interface NamedSerializer extends SerializerModule {
  /** The name in the subprotocol `wamp.2.<name>`: lower-case letters, digits, `_` and `-`. */
  readonly name: string;
}
