import { DecodeError } from "../../codec/errors.js";
import type { Decoded } from "../../codec/serializer.js";
import type { JoinedPayloads, Payload } from "../../protocol/payload.js";
import type { PayloadCoder } from "../requests/payload-coder.js";

/** The payloads of consecutive events, for handlers that get their arguments and for those that get them encoded. */
export interface Contents {
  /** Decodes all of them, once. */
  decoded(index: number): Decoded;
  /** Takes all of them apart, once. Returns undefined if there is none that can be read. */
  encoded(index: number): Payload | undefined;
}

export function joinedContents(coder: PayloadCoder, joined: JoinedPayloads): Contents {
  let decoded: readonly Decoded[] | undefined;
  let encoded: readonly Payload[] | undefined;
  return {
    decoded: (index) => (decoded ??= coder.decodeJoined(joined))[index] ?? MISSING,
    encoded: (index) => (encoded ??= coder.split(joined))?.[index],
  };
}

export function singleContents(coder: PayloadCoder, payload: Payload): Contents {
  let decoded: Decoded | undefined;
  return {
    decoded: () => (decoded ??= coder.tryDecode(payload)),
    encoded: () => payload,
  };
}

const MISSING: Decoded = { failure: new DecodeError("a payload is missing") };
