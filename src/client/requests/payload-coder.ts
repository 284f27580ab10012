import { DecodeError, EncodeError } from "../../codec/errors.js";
import { customPayloads } from "../../codec/custom-payload.js";
import { jsonPayloads } from "../../codec/json-payload.js";
import { payloadCodec } from "../../codec/payload-codec.js";
import type { Arguments, Decoded, PayloadCodec } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";
import type { JoinedPayloads, Payload, SerializerName } from "../../protocol/payload.js";
import type { SerializerModule } from "../../protocol/serializer-module.js";
import type { EncodedPayload } from "../api/encoded-payload.js";
import type { Passthru, PassthruHost, PassthruMessage, PassthruOptions } from "../api/passthru.js";
import { PayloadDecodeError, SerializationError } from "../errors/argument-errors.js";
import { isEncryptionError } from "../errors/encryption-error.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { textFromThrown } from "../errors/thrown-text.js";
import { EncodedPayloads } from "./encoded-payload.js";
import { loadNotation } from "./notation-files.js";

/** Imports the module of an application's serializer; returns undefined for a name that the page does not have one for. */
export type CustomModules = (serializer: SerializerName) => Promise<Partial<SerializerModule>> | undefined;

/** A payload that the router does not look into, and its attributes. */
export interface Sealed {
  readonly payload: Payload;
  readonly options: PassthruOptions;
}

/** An encoded payload, which may take its time if the session's `passthru` makes it. */
export type Encoded = Payload | Promise<Sealed>;

/** Encodes and decodes the payloads of one session in a tab. */
export interface PayloadCoder {
  /**
   * Loads the codec of a serializer. Returns undefined if it is already loaded, or if this page has no place of it and the hub transcodes
   * what uses it; the promise rejects if its file cannot be loaded.
   */
  load(serializer: SerializerName): Promise<void> | undefined;
  /**
   * Encodes arguments with the session's serializer, or as JSON while its codec is not loaded, in which case the hub transcodes them.
   * Throws `SerializationError` for a value that cannot be encoded.
   * @param prefix the beginning of that error's message
   */
  encode(args: readonly unknown[], kwargs?: Dict, prefix?: string): Payload;
  /** Encodes arguments like `encode`, or as the session's `passthru` wants them for this message. Throws its errors too. */
  seal(message: PassthruMessage, args: readonly unknown[], kwargs?: Dict, prefix?: string): Encoded;
  /** Returns a received payload as it is, if it is this session's and its hub can surely read it, or else seals its arguments. */
  pass(message: PassthruMessage, payload: EncodedPayload, prefix?: string): Encoded;
  /** True if the session's `passthru` reads and makes payloads. */
  readonly opensPayloads: boolean;
  /** Makes the application's view of a payload, which is decoded when it is used. `message` is as for `decode`. */
  view(payload: Payload, message: string): EncodedPayload;
  /** Tells whether an error is the one for which a payload could not be decoded. */
  isFailure(view: EncodedPayload | undefined, error: unknown): boolean;
  /** The payloads that the session's `passthru` has read, or has refused; they are not decoded again. */
  readonly opened: PassthruHost["opened"];
  /**
   * Decodes a payload. Throws `PayloadDecodeError`, or the `EncryptionError` for which it was not opened.
   * @param message the name of its message in that error, such as `the result of com.example.add2`
   */
  decode(payload: Payload, message: string): Arguments;
  /** Decodes a payload that may belong to several messages of the application; never throws. */
  tryDecode(payload: Payload): Decoded;
  /** Decodes all payloads of a joined piece; never throws. */
  decodeJoined(joined: JoinedPayloads): readonly Decoded[];
  /** Takes a joined piece apart, still encoded. Returns undefined if its codec is not loaded. */
  split(joined: JoinedPayloads): readonly Payload[] | undefined;
}

/**
 * Creates the coder of one session. `current` returns its serializer, or the likely one while the session is not connected.
 * @param passthru makes and reads the payloads that the router does not look into
 * @param customModules imports the modules of the application's serializers
 */
export function createPayloadCoder(
  current: () => SerializerName,
  passthru?: Passthru,
  customModules: CustomModules = () => undefined,
): PayloadCoder {
  const codecs = new Map<SerializerName, PayloadCodec>([["json", jsonPayloads]]);
  const opened: PassthruHost["opened"] = new WeakMap();
  const views = new EncodedPayloads();

  const encode: PayloadCoder["encode"] = (args, kwargs, prefix = "") =>
    serializing(prefix, () => (codecs.get(current()) ?? jsonPayloads).encodePayload(args, kwargs));

  function tryDecode(payload: Payload): Decoded {
    const { serializer } = payload;
    const [known] = opened.get(payload) ?? [];
    if (known !== undefined) return known;
    try {
      return codecs.get(serializer)?.decodePayload(payload) ?? notLoaded(serializer);
    } catch (failure) {
      return { failure };
    }
  }

  function decodeJoined(joined: JoinedPayloads): readonly Decoded[] {
    return (
      opened.get(joined) ??
      codecs.get(joined.serializer)?.decodeJoined(joined) ??
      Array.from(joined.ends, () => notLoaded(joined.serializer))
    );
  }

  function decode(payload: Payload, message: string): Arguments {
    const decoded = tryDecode(payload);
    if ("failure" in decoded) throw payloadDecodeError(message, decoded.failure);
    return decoded;
  }

  const seal: PayloadCoder["seal"] = (message, args, kwargs = {}, prefix = "") => {
    const sealing = serializing(prefix, () => passthru?.seal(message, { args, kwargs }));
    if (sealing === undefined) return encode(args, kwargs, prefix);
    return sealing.then(({ payload, options }) => ({ payload: encode([payload]), options }));
  };

  return {
    load(serializer) {
      if (codecs.has(serializer)) return undefined;
      const loading =
        loadNotation(serializer)?.then(payloadCodec) ??
        customModules(serializer)?.then((module) => customPayloads(serializer, module));
      return loading?.then((codec) => void codecs.set(serializer, codec));
    },

    encode,

    seal,

    pass(message, view, prefix) {
      const payload = views.find(view);
      const canStay = payload && (payload.serializer === "json" || payload.serializer === current());
      return canStay === true ? payload : seal(message, view.args, view.kwargs, prefix);
    },

    opensPayloads: passthru !== undefined,

    view: (payload, message) => views.add(payload, () => decode(payload, message)),

    isFailure: (view, error) => views.isFailure(view, error),

    opened,

    decode,

    tryDecode,

    decodeJoined,

    split: (joined) => codecs.get(joined.serializer)?.split(joined),
  };
}

/** Runs an encoder so that it throws `SerializationError`, or another error of this package. */
function serializing<T>(prefix: string, encode: () => T): T {
  try {
    return encode();
  } catch (cause) {
    if (isWampMuxError(cause)) throw cause;
    const path = cause instanceof EncodeError ? cause.path : "";
    throw new SerializationError(prefix + textFromThrown(cause), { path, cause });
  }
}

/**
 * Returns the error for a payload that could not be decoded.
 * @param message the name of its message, such as `the result of com.example.add2`
 * @param cause tells more than the failure if it is given
 */
export function payloadDecodeError(message: string, failure: unknown, cause = failure): WampMuxError {
  // It says so itself.
  if (isEncryptionError(failure)) return failure;
  const reason = textFromThrown(failure);
  return new PayloadDecodeError(`The arguments of ${message} cannot be decoded: ${reason}`, { cause });
}

function notLoaded(serializer: SerializerName): Decoded {
  return { failure: new DecodeError(`the codec of ${serializer} (${serializer}.js) is not loaded`) };
}
