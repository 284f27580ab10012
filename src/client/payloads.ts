import { EncodeError } from "../codec/errors.js";
import { jsonPayloads } from "../codec/json-payload.js";
import { msgpackPayloads } from "../codec/msgpack-payload.js";
import type { Arguments, PayloadCodec } from "../codec/serializer.js";
import type { Dict } from "../protocol/dict.js";
import type { JoinedPayloads, Payload, SerializerName } from "../protocol/payload.js";
import { SerializationError } from "./errors/argument-errors.js";

const codecs: Readonly<Record<SerializerName, PayloadCodec>> = {
  json: jsonPayloads,
  msgpack: msgpackPayloads,
};

/** Throws `SerializationError` for a value that has no encoding. */
export function encodePayload(serializer: SerializerName, args: readonly unknown[], kwargs?: Dict): Payload {
  try {
    return codecs[serializer].encodePayload(args, kwargs);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const path = cause instanceof EncodeError ? cause.path : "";
    throw new SerializationError(message, { path }, { cause });
  }
}

/** Throws the codec's `DecodeError`. */
export function decodePayload(payload: Payload): Arguments {
  return codecs[payload.serializer].decodePayload(payload);
}

/**
 * The arguments of each payload of a joined piece. All are decoded at once; if one is broken they are decoded one by one, and in its
 * place stands what was wrong.
 */
export function decodeJoined(joined: JoinedPayloads): readonly (Arguments | DecodeFailure)[] {
  const codec = codecs[joined.serializer];
  try {
    return codec.decodeJoined(joined);
  } catch {
    return codec.split(joined).map(decodeOne);
  }
}

/** The arguments of one payload, or what was wrong with it. */
export function decodeOne(payload: Payload): Arguments | DecodeFailure {
  try {
    return decodePayload(payload);
  } catch (cause) {
    return { failure: cause };
  }
}

export interface DecodeFailure {
  readonly failure: unknown;
}
