import { decode as fromMsgpack, encode as toMsgpack } from "@msgpack/msgpack";
import { bytesFromBase64, bytesToBase64 } from "../protocol/base64.js";
import type { SerializerModule } from "../protocol/serializer-module.js";

/** A module of an application whose messages are bytes: a library that knows nothing of this package. */
export const packed: SerializerModule = {
  encode: (value) => toMsgpack(value),
  decode: (data) => fromMsgpack(data as Uint8Array),
};

/** A module of an application whose messages are text, and in which a `Date` is a value. */
export const tagged: SerializerModule = {
  encode: (value) => JSON.stringify(toTagged(value)),
  decode: (text) => JSON.parse(String(text), (_key, value: unknown) => fromTagged(value)) as unknown,
};

function toTagged(value: unknown): unknown {
  if (value instanceof Date) return { "%date": value.getTime() };
  if (value instanceof Uint8Array) return { "%bytes": bytesToBase64(value) };
  if (Array.isArray(value)) return value.map(toTagged);
  if (typeof value === "function") throw new TypeError("a function is no data");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toTagged(member)]));
}

function fromTagged(value: unknown): unknown {
  const { "%date": time, "%bytes": bytes } = (value ?? {}) as Record<string, unknown>;
  if (typeof time === "number") return new Date(time);
  return typeof bytes === "string" ? bytesFromBase64(bytes) : value;
}
