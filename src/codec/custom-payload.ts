import type { Payload } from "../protocol/payload.js";
import type { SerializerModule } from "../protocol/serializer-module.js";
import { usedKwargs } from "./arguments.js";
import { asBytes, tagOf } from "./binary.js";
import { encoding } from "./encode-value.js";
import { DecodeError, EncodeError } from "./errors.js";
import { dataIn, decodeEach, decoding, splitJoined } from "./payload-codec.js";
import type { Arguments, Frame, PayloadCodec } from "./serializer.js";

/** The codec of a serializer of the application, and what its envelopes need. */
export interface CustomPayloadCodec extends PayloadCodec {
  /** The data of a payload without elements. */
  readonly empty: Frame<ArrayBuffer>;
  /** Encodes a list. Throws nothing but `EncodeError`. */
  readonly write: (list: readonly unknown[], root: string) => Frame<ArrayBuffer>;
  /** Decodes a list. Throws any error. */
  readonly read: (data: Frame) => unknown[];
  /** Decodes the elements of a payload. Throws any error. */
  readonly elements: (payload: Payload) => unknown[];
}

/** Values that any message can have, by which a module is tried. */
const SAMPLE: Arguments = {
  args: [0, -1, 1.5, 2 ** 53, "text", true, null, []],
  kwargs: { a: {} },
};

/**
 * Creates the codec of the payloads of an application's serializer: each is the encoded list of its elements. Throws an error for a module
 * that does not decode what it has encoded.
 */
export function customPayloads(name: string, module: Partial<SerializerModule>): CustomPayloadCodec {
  const { encode, decode } = module;
  if (typeof encode !== "function" || typeof decode !== "function")
    throw new TypeError(`the module of the serializer "${name}" must export the functions encode and decode`);

  /** Returns a copy of what the module has encoded, because encoders use their buffers again. */
  function encoded(value: unknown, root: string): Frame<ArrayBuffer> {
    const data: unknown = encode?.call(module, value);
    if (typeof data === "string") return data;
    const bytes = typeof data === "object" && data !== null ? asBytes(data) : undefined;
    if (bytes !== undefined) return new Uint8Array(bytes);
    throw new EncodeError(
      root,
      `encode() of "${name}" returned ${tagOf(data)}, neither text nor a Uint8Array`,
    );
  }

  const write: CustomPayloadCodec["write"] = (list, root) =>
    encoding(root, () => {
      const data = encoded(list, root);
      if (typeof data === typeof empty) return data;
      throw new EncodeError(root, `encode() of "${name}" returned now text, now a Uint8Array`);
    });

  const read: CustomPayloadCodec["read"] = (data) => {
    // The result may share the memory of the data, which still belongs to others.
    const list: unknown = decode.call(module, typeof data === "string" ? data : new Uint8Array(data));
    if (Array.isArray(list)) return list as unknown[];
    throw new DecodeError(`decode() of "${name}" returned ${tagOf(list)} for a list`);
  };

  const empty: Frame<ArrayBuffer> = typeof encoded([], "message") === "string" ? "" : new Uint8Array();

  const elements: CustomPayloadCodec["elements"] = (payload) => {
    const data = dataIn(payload, { name, empty });
    if (payload.count === 0) return [];
    if (data.length === 0) throw new DecodeError(`"${name}" could not encode them again`);
    return read(data);
  };

  const decodePayload: PayloadCodec["decodePayload"] = (payload) => decoding(() => elements(payload));

  const codec: CustomPayloadCodec = {
    name,
    empty,
    write,
    read,
    elements,
    encodePayload(args, kwargs) {
      const used = usedKwargs(args, kwargs);
      if (used === undefined && args.length === 0) return { serializer: name, count: 0, data: empty };
      const list = used === undefined ? [args] : [args, used];
      return { serializer: name, count: used === undefined ? 1 : 2, data: write(list, "arguments") };
    },
    decodePayload,
    split: (joined) => splitJoined(joined),
    decodeJoined: (joined) => decodeEach(splitJoined(joined), decodePayload),
  };

  const { args, kwargs } = SAMPLE;
  if (inWords(decodePayload(codec.encodePayload(args, kwargs))) !== inWords(SAMPLE))
    throw new TypeError(`decode() of the serializer "${name}" does not return what encode() was given`);
  return codec;
}

/** Returns a text that is the same for equal values. */
function inWords(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
}
