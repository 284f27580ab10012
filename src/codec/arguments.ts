import { tagOf } from "./binary.js";
import { DecodeError, EncodeError } from "./errors.js";
import { hasToJson } from "./rewrite.js";
import type { Arguments } from "./serializer.js";

type Kwargs = Arguments["kwargs"];

/** Parses the decoded payload elements of one message, `[args?, kwargs?]`; null counts as missing. Throws `DecodeError`. */
export function toArguments(elements: unknown): Arguments {
  if (!Array.isArray(elements) || elements.length > 2)
    throw new DecodeError("a payload is not args and kwargs");
  // Peers send null for empty args or kwargs, and routers pass it on.
  const args: unknown = elements[0] ?? [];
  const kwargs: unknown = elements[1] ?? {};
  if (!Array.isArray(args)) throw new DecodeError("args are not a list");
  if (!isKwargs(kwargs)) throw new DecodeError("kwargs are not a dictionary");
  return { args, kwargs };
}

function isKwargs(value: unknown): value is Kwargs {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * Checks the arguments that the application passed, with or without types; returns the kwargs if they are not empty. Throws
 * `EncodeError`.
 */
export function usedKwargs(args: readonly unknown[], kwargs: Kwargs | undefined): Kwargs | undefined {
  if (!Array.isArray(args)) throw new EncodeError("args", "must be a list");
  if (kwargs === undefined) return undefined;
  // A Map or a list would be treated as empty and get lost.
  if (tagOf(kwargs) !== "Object" || hasToJson(kwargs))
    throw new EncodeError("kwargs", "must be an object without toJSON");
  for (const _key in kwargs) return kwargs;
  return undefined;
}
