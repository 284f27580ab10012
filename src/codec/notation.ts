import type { SerializerName } from "../protocol/payload.js";

/**
 * A serializer's way of writing values: what the payloads of all serializers do not share. It needs nothing of the rest, because a tab loads
 * the file of a serializer beside a client that has all that.
 */
export interface Notation<Data extends string | Uint8Array = string | Uint8Array> {
  readonly name: SerializerName;
  /** The data of a payload without elements. */
  readonly empty: Data;
  /** Lengths of what stands before and after the elements of each joined payload. */
  readonly before: number;
  readonly after: number;
  /** Tells whether `write` encodes a string or a number correctly, omits `undefined` from objects and writes it as null in lists. */
  isPlain(leaf: string | number | undefined): boolean;
  /** True if `write` encodes a `Uint8Array`. */
  readonly hasBytes: boolean;
  /** Encodes a value of plain lists, objects and leaves. */
  write(value: unknown): Data;
  /** Tells whether data may hold something that is not plain: a getter may return another value than it did before. */
  isSuspect(data: Data): boolean;
  /** Converts the leaves that are not plain, for `writeConverted`. */
  readonly convert: LeafConverter;
  writeConverted(value: unknown): Data;
  /** Joins the elements of one payload. */
  concat(args: Data, kwargs: Data): Data;
  /** Decodes consecutive elements. Throws any error for data that is malformed. */
  read(data: Data): unknown[];
  /** Decodes joined payloads as the lists of their elements. Throws any error for data that is malformed. */
  readJoined(data: Data): unknown[];
}

/** Converts a value that is not a container. Calls `refuse` for one that this serializer cannot encode. */
export type LeafConverter = (
  leaf: string | number | bigint | Uint8Array,
  refuse: (reason: string) => never,
) => unknown;
