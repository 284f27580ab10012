import { ProtocolError } from "../protocol/errors.js";
import { payloadPosition } from "../protocol/payload-position.js";
import type { Payload } from "../protocol/payload.js";
import type { SerializerModule } from "../protocol/serializer-module.js";
import { toArguments } from "./arguments.js";
import { encoding } from "./encode-value.js";
import { EncodeError } from "./errors.js";
import { customPayloads } from "./custom-payload.js";
import { countsOf, dataIn } from "./payload-codec.js";
import type { Frame, Serializer } from "./serializer.js";

export { isCustomName } from "../protocol/payload.js";

/**
 * Creates a complete serializer out of a module of the application, which knows whole messages only: a message is decoded, and its payload
 * encoded again. Throws an error for a module that does not decode what it has encoded.
 */
export function customSerializer(name: string, module: Partial<SerializerModule>): Serializer {
  const { empty, write, read, elements, ...codec } = customPayloads(name, module);
  const binary = typeof empty !== "string";

  /** A payload that cannot be encoded again has no data: it fails where it is decoded, and the message keeps its meaning. */
  function toPayload(list: readonly unknown[]): Payload {
    const count = list.length as Payload["count"];
    try {
      return { serializer: name, count, data: count === 0 ? empty : write(list, "arguments") };
    } catch {
      return { serializer: name, count, data: empty };
    }
  }

  return {
    ...codec,
    binary,
    custom: true,

    decode(frame) {
      const fields = readMessage(frame);
      const position = payloadPosition(fields[0]);
      if (position === undefined) return { fields, payload: undefined };
      const list = fields.splice(position);
      if (list.length > 2) throw new ProtocolError("elements after kwargs");
      return { fields, payload: toPayload(list) };
    },

    encode({ fields, payload }) {
      if (payload === undefined || payload.count === 0) return write(fields, "message");
      if (payload.serializer !== name)
        throw new EncodeError("message", `the payload is ${payload.serializer}`);
      const list = encoding("message", () => elements(payload));
      encoding("message", () => toArguments(list));
      return write([...fields, ...list], "message");
    },

    join(payloads) {
      const parts = payloads.map((payload) => dataIn<Frame>(payload, { name, empty }));
      let end = 0;
      const ends = Uint32Array.from(parts, ({ length }) => (end += length));
      return {
        serializer: name,
        ends,
        counts: countsOf(payloads),
        data: binary ? bytesOf(parts, end) : parts.join(""),
      };
    },
  };

  function readMessage(frame: Frame): unknown[] {
    if ((typeof frame !== "string") !== binary)
      throw new ProtocolError(
        `a ${binary ? "text" : "binary"} frame, but ${name} is ${binary ? "binary" : "text"}`,
      );
    let fields: unknown[];
    try {
      fields = read(frame);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ProtocolError(`the serializer "${name}" cannot decode a message: ${reason}`);
    }
    if (fields.length === 0) throw new ProtocolError("a message must have a code");
    return fields;
  }
}

function bytesOf(parts: readonly Frame[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts as readonly Uint8Array[]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
