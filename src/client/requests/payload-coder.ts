import { DecodeError, EncodeError } from "../../codec/errors.js";
import { jsonPayloads } from "../../codec/json-payload.js";
import { payloadCodec } from "../../codec/payload-codec.js";
import type { Arguments, Decoded, PayloadCodec } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";
import type { JoinedPayloads, Payload, SerializerName } from "../../protocol/payload.js";
import { PayloadDecodeError, SerializationError } from "../errors/argument-errors.js";
import { textFromThrown } from "../errors/thrown-text.js";
import { loadNotation } from "./notation-files.js";

/** Encodes and decodes the payloads of one session in a tab. */
export interface PayloadCoder {
  /**
   * Loads the codec of a serializer. Returns undefined if it is already loaded; the promise rejects if its file cannot be loaded.
   */
  load(serializer: SerializerName): Promise<void> | undefined;
  /**
   * Encodes arguments with the session's serializer, or as JSON while its codec is not loaded, in which case the hub transcodes them.
   * Throws `SerializationError` for a value that cannot be encoded.
   * @param prefix the beginning of that error's message
   */
  encode(args: readonly unknown[], kwargs?: Dict, prefix?: string): Payload;
  /**
   * Decodes a payload. Throws `PayloadDecodeError`.
   * @param message the name of its message in that error, such as `the result of com.example.add2`
   */
  decode(payload: Payload, message: string): Arguments;
  /** Decodes a payload that may belong to several messages of the application; never throws. */
  tryDecode(payload: Payload): Decoded;
  /** Decodes all payloads of a joined piece; never throws. */
  decodeJoined(joined: JoinedPayloads): readonly Decoded[];
}

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
      if (serializer === "json" || codecs.has(serializer)) return undefined;
      return loadNotation(serializer).then((notation) => void codecs.set(serializer, payloadCodec(notation)));
    },

    encode(args, kwargs, prefix = "") {
      try {
        return (codecs.get(current()) ?? jsonPayloads).encodePayload(args, kwargs);
      } catch (cause) {
        const path = cause instanceof EncodeError ? cause.path : "";
        throw new SerializationError(prefix + textFromThrown(cause), { path, cause });
      }
    },

    decode(payload, message) {
      const decoded = tryDecode(payload);
      if ("failure" in decoded) throw payloadDecodeError(message, decoded.failure);
      return decoded;
    },

    tryDecode,

    decodeJoined: (joined) =>
      codecs.get(joined.serializer)?.decodeJoined(joined) ??
      Array.from(joined.ends, () => notLoaded(joined.serializer)),
  };
}

/**
 * Returns the error for a payload that could not be decoded.
 * @param message the name of its message, such as `the result of com.example.add2`
 * @param cause tells more than the failure if it is given
 */
export function payloadDecodeError(message: string, failure: unknown, cause = failure): PayloadDecodeError {
  const reason = textFromThrown(failure);
  return new PayloadDecodeError(`The arguments of ${message} cannot be decoded: ${reason}`, { cause });
}

function notLoaded(serializer: SerializerName): Decoded {
  return { failure: new DecodeError(`the codec of ${serializer} (${serializer}.js) is not loaded`) };
}
