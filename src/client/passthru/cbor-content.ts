import { Encoder } from "cbor-x/index-no-eval";
import { usedKwargs } from "../../codec/arguments.js";
import { encoding } from "../../codec/encode-value.js";
import type { LeafConverter } from "../../codec/notation.js";
import { replaceLeaves } from "../../codec/replace-leaves.js";
import { rewrite } from "../../codec/rewrite.js";
import type { PayloadArguments } from "../api/passthru.js";

/** Uses no extension for records, and the shortest headers, so that every decoder reads what this one writes. */
const cbor = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });

/**
 * Encodes arguments as the map `{args, kwargs}` (WAMP, "Payload Passthru Mode", "Message Structure"), by the rules of the session's
 * serializers: `undefined` is omitted from objects and becomes null in lists. Throws `EncodeError`.
 */
export function encodeContent({ args, kwargs }: PayloadArguments): Uint8Array<ArrayBuffer> {
  return encoding("args", () => {
    const content = { args, kwargs: usedKwargs(args, kwargs) ?? {} };
    const copy = {
      args: withoutUndefined(rewrite(content.args, "args", convert)),
      kwargs: withoutUndefined(rewrite(content.kwargs, "kwargs", convert)),
    };
    // A copy, because the encoder reuses its buffer.
    return new Uint8Array(cbor.encode(copy) as Uint8Array);
  });
}

/** Decodes such a map; `null` and a missing member count as empty. Throws an `Error` that does not quote the content. */
export function decodeContent(bytes: Uint8Array): PayloadArguments {
  const decoded = attempt(bytes);
  if (!isMap(decoded)) throw new Error("it is not CBOR of a map");
  const { args, kwargs } = decoded;
  const list = args ?? [];
  const map = kwargs ?? {};
  if (!Array.isArray(list)) throw new Error("its args are not a list");
  if (!isMap(map)) throw new Error("its kwargs are not a map");
  return { args: list, kwargs: map };
}

function attempt(bytes: Uint8Array): unknown {
  try {
    return replaceLeaves(cbor.decode(bytes), exact);
  } catch {
    // The decoder's own words may quote what it has read.
    return undefined;
  }
}

/** Returns integers as numbers as far as these are exact, and binary data that shares its buffer with nothing else. */
function exact(leaf: unknown): unknown {
  if (typeof leaf === "bigint" && leaf >= -(2n ** 53n) && leaf <= 2n ** 53n) return Number(leaf);
  return leaf instanceof Uint8Array ? leaf.slice() : leaf;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
  );
}

/** The encoder writes integers beyond 32 bits as floats, unless they are bigints. */
const convert: LeafConverter = (leaf, refuse) => {
  switch (typeof leaf) {
    case "number":
      return Number.isSafeInteger(leaf) && (leaf > 0xffffffff || leaf < -0x80000000) ? BigInt(leaf) : leaf;
    case "bigint":
      if (leaf < -(2n ** 63n) || leaf >= 2n ** 64n) refuse("a bigint beyond 64 bits");
      return Number.isSafeInteger(Number(leaf)) ? convert(Number(leaf), refuse) : leaf;
    default:
      return leaf;
  }
};

/** Removes `undefined` from a copy, in place. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1)
      value[index] = withoutUndefined(value[index]) ?? null;
  } else if (isMap(value)) {
    for (const [name, child] of Object.entries(value)) {
      if (child === undefined) delete value[name];
      else withoutUndefined(child);
    }
  }
  return value;
}
