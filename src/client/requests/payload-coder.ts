import { DecodeError } from "../../codec/errors.js";
import { jsonPayloads } from "../../codec/json-payload.js";
import type { Arguments, PayloadCodec } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";
import type { JoinedPayloads, Payload, SerializerName } from "../../protocol/payload.js";
import { SerializationError } from "../errors/argument-errors.js";

const codecs = new Map<SerializerName, PayloadCodec>([["json", jsonPayloads]]);

/** Those that are files of their own, which pages load when their session speaks them. */
const loaders: Partial<Record<SerializerName, () => Promise<PayloadCodec>>> = {
  msgpack: () => import("../../codec/msgpack-payload.js").then(({ msgpackPayloads }) => msgpackPayloads),
};

/** What has to be waited for before payloads of a serializer can be read, if anything. Rejects when the file cannot be loaded. */
export function missingCodec(serializer: SerializerName): Promise<void> | undefined {
  if (codecs.has(serializer)) return undefined;
  return loaders[serializer]?.().then((codec) => void codecs.set(serializer, codec));
}

/** In JSON when the serializer's codec is not there yet: the hub transcodes. Throws `SerializationError` for a value that has no encoding. */
export function encodePayload(serializer: SerializerName, args: readonly unknown[], kwargs?: Dict): Payload {
  try {
    return (codecs.get(serializer) ?? jsonPayloads).encodePayload(args, kwargs);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // Not by its class: the file with MessagePack has one of its own.
    const path =
      cause instanceof Error && "path" in cause && typeof cause.path === "string" ? cause.path : "";
    throw new SerializationError(message, { path }, { cause });
  }
}

/** Throws the codec's `DecodeError`. */
export function decodePayload(payload: Payload): Arguments {
  const codec = codecs.get(payload.serializer);
  if (codec === undefined) throw notLoaded(payload.serializer);
  return codec.decodePayload(payload);
}

/**
 * The arguments of each payload of a joined piece. All are decoded at once; if one is broken they are decoded one by one, and in its
 * place stands what was wrong.
 */
export function decodeJoined(joined: JoinedPayloads): readonly (Arguments | DecodeFailure)[] {
  const codec = codecs.get(joined.serializer);
  if (codec === undefined) return Array.from(joined.ends, () => ({ failure: notLoaded(joined.serializer) }));
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

function notLoaded(serializer: SerializerName): DecodeError {
  return new DecodeError(`the codec of ${serializer} (${serializer}.js) is not loaded`);
}
