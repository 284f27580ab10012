import { usedKwargs } from "../../codec/arguments.js";
import { concatBytes } from "../../codec/binary.js";
import { cborNotation } from "../../codec/cbor-payload.js";
import { encodeValue } from "../../codec/encode-value.js";
import { DecodeError } from "../../codec/errors.js";
import type { PayloadArguments } from "../api/passthru.js";

/** The header of a map with two members. */
const MAP_OF_TWO = Uint8Array.of(0xa2);
const ARGS = cborNotation.write("args");
const KWARGS = cborNotation.write("kwargs");

/**
 * Encodes arguments as the map `{args, kwargs}` (WAMP, "Payload Passthru Mode", "Message Structure"), as the session's CBOR would. Throws
 * `EncodeError`.
 */
export function encodeContent({ args, kwargs }: PayloadArguments): Uint8Array<ArrayBuffer> {
  const list = encodeValue(args, "args", cborNotation);
  const map = encodeValue(usedKwargs(args, kwargs) ?? {}, "kwargs", cborNotation);
  return [ARGS, list, KWARGS, map].reduce(concatBytes, MAP_OF_TWO);
}

/**
 * Decodes such a map as the session's CBOR is decoded, since a peer, or a router that sends it without a cipher, may write anything. Throws
 * an `Error` that does not quote the content.
 */
export function decodeContent(bytes: Uint8Array): PayloadArguments {
  const [decoded, ...others] = read(bytes);
  return argumentsIn(others.length > 0 ? undefined : decoded, "it is not CBOR of a map");
}

/**
 * Checks a decoded payload; `null` and a missing member count as empty. Throws an `Error` that does not quote it.
 * @param otherwise the message if it is no map
 */
export function argumentsIn(decoded: unknown, otherwise: string): PayloadArguments {
  if (!isMap(decoded)) throw new Error(otherwise);
  const args = decoded["args"] ?? [];
  const kwargs = decoded["kwargs"] ?? {};
  if (!Array.isArray(args)) throw new Error("its args are not a list");
  if (!isMap(kwargs)) throw new Error("its kwargs are not a map");
  return { args, kwargs };
}

function read(bytes: Uint8Array): readonly unknown[] {
  try {
    return cborNotation.read(bytes as Uint8Array<ArrayBuffer>);
  } catch (cause) {
    if (cause instanceof DecodeError) throw new Error(`its CBOR is refused: ${cause.message}`, { cause });
    // The decoder's own words may quote what it has read.
    return [];
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
