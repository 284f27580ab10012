import { DecodeError } from "../../codec/errors.js";
import { jsonPayloads } from "../../codec/json-payload.js";
import type { Arguments, PayloadCodec } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";
import type { JoinedPayloads, Payload, SerializerName } from "../../protocol/payload.js";
import { PayloadDecodeError, SerializationError } from "../errors/argument-errors.js";
import { textFromThrown } from "../errors/thrown-text.js";

/** The message that a payload belongs to. */
export interface PayloadUse {
  /** The name of the message in errors, such as `the result of com.example.add2`. */
  readonly message: string;
}

/** The arguments of a payload, or the reason why it cannot be decoded. */
export type Decoded = Arguments | { readonly failure: unknown };

/** Encodes and decodes the payloads of one session in a tab. */
export interface PayloadCoder {
  /**
   * Loads the codec of a serializer. Returns undefined if it is already loaded; the promise rejects if its file cannot be loaded.
   */
  load(serializer: SerializerName): Promise<void> | undefined;
  /**
   * Encodes arguments with the session's serializer, or as JSON while its codec is not loaded, in which case the hub transcodes them.
   * Throws `SerializationError` for a value that cannot be encoded.
   */
  encode(args: readonly unknown[], kwargs?: Dict): Payload;
  /** Decodes a payload. Throws `PayloadDecodeError`, which names the message. */
  decode(payload: Payload, use: PayloadUse): Arguments;
  /** Decodes a payload that may belong to several messages of the application; never throws. */
  tryDecode(payload: Payload): Decoded;
  /** Decodes all payloads of a joined piece at once, or one by one if any of them is malformed. */
  decodeJoined(joined: JoinedPayloads): readonly Decoded[];
}

/** The codecs in separate files, which a tab loads when its session uses them. */
const loaders: Partial<Record<SerializerName, () => Promise<PayloadCodec>>> = {
  msgpack: () => import("../../codec/msgpack-payload.js").then(({ msgpackPayloads }) => msgpackPayloads),
};

/** Creates the coder of one session. `current` returns its serializer, or the likely one while the session is not connected. */
export function createPayloadCoder(current: () => SerializerName): PayloadCoder {
  const codecs = new Map<SerializerName, PayloadCodec>([["json", jsonPayloads]]);

  function tryDecode(payload: Payload): Decoded {
    const { serializer } = payload;
    try {
      return codecs.get(serializer)?.decodePayload(payload) ?? notLoaded(serializer);
    } catch (failure) {
      return { failure };
    }
  }

  return {
    load(serializer) {
      if (codecs.has(serializer)) return undefined;
      return loaders[serializer]?.().then((codec) => void codecs.set(serializer, codec));
    },

    encode(args, kwargs) {
      try {
        return (codecs.get(current()) ?? jsonPayloads).encodePayload(args, kwargs);
      } catch (cause) {
        const message = textFromThrown(cause);
        // Recognized by its field, because the MessagePack file has its own copy of the error class.
        const path =
          cause instanceof Error && "path" in cause && typeof cause.path === "string" ? cause.path : "";
        throw new SerializationError(message, { path, cause });
      }
    },

    decode(payload, use) {
      const decoded = tryDecode(payload);
      if ("failure" in decoded) throw payloadDecodeError(use, decoded.failure);
      return decoded;
    },

    tryDecode,

    decodeJoined(joined) {
      const codec = codecs.get(joined.serializer);
      if (codec === undefined) return Array.from(joined.ends, () => notLoaded(joined.serializer));
      try {
        return codec.decodeJoined(joined);
      } catch {
        return codec.split(joined).map(tryDecode);
      }
    },
  };
}

/** Returns the error for a payload of `use` that could not be decoded. `cause` tells more than the failure if it is given. */
export function payloadDecodeError(
  { message }: PayloadUse,
  failure: unknown,
  cause = failure,
): PayloadDecodeError {
  const reason = textFromThrown(failure);
  return new PayloadDecodeError(`The arguments of ${message} cannot be decoded: ${reason}`, { cause });
}

function notLoaded(serializer: SerializerName): { readonly failure: DecodeError } {
  return { failure: new DecodeError(`the codec of ${serializer} (${serializer}.js) is not loaded`) };
}
