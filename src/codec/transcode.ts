import type { Payload } from "../protocol/payload.js";
import type { PayloadCodec } from "./serializer.js";

/** Converts a payload to another serializer. Throws `DecodeError` or `EncodeError`. */
export function transcode(payload: Payload, from: PayloadCodec, to: PayloadCodec): Payload {
  if (from.name === to.name) return payload;
  const { args, kwargs } = from.decodePayload(payload);
  return to.encodePayload(args, kwargs);
}
