import { isWellFormed } from "../protocol/text.js";
import { asBytes, tagOf } from "./binary.js";
import { EncodeError } from "./errors.js";

/** The maximum nesting depth of arguments and options. It limits the recursion here and in the structured clone of decoded values. */
export const MAX_DEPTH = 200;

/**
 * Number of levels at which a dictionary of an envelope that cannot be read as a whole is read member by member, so that one value of a
 * third party does not hide what the router wrote beside it: enough for the features of a role in WELCOME.
 */
export const READ_IN_PARTS = 4;

/** Converts the values that are not containers, for one serializer. Calls `refuse` for a value that this serializer cannot encode. */
export type LeafRewriter = (
  leaf: string | number | bigint | boolean | Uint8Array,
  refuse: (reason: string) => never,
) => unknown;

/**
 * Copies a value that a serializer's own encoder would drop, change or fail on. The copy consists of plain lists and objects; `leaf` has
 * converted binary data and big numbers, and `toJSON` has been called. Throws `EncodeError` with the path of a value that cannot be
 * encoded. `undefined` is kept: encoders omit it from objects and write it as null in lists.
 */
export function rewrite(value: unknown, root: string, leaf: LeafRewriter): unknown {
  const trail: string[] = [];
  const ancestors = new Set<object>();

  const refuse = (reason: string): never => {
    throw new EncodeError(root + trail.join(""), reason);
  };

  const checked = (string: string): string =>
    isWellFormed(string)
      ? string
      : refuse(`${JSON.stringify(string)} has an unpaired surrogate, which UTF-8 cannot encode`);

  const inside = (step: string, key: string, child: unknown): unknown => {
    trail.push(step);
    const copy = visit(child, key);
    trail.pop();
    return copy;
  };

  const visitObject = (object: object, key: string): unknown => {
    if (ancestors.has(object)) refuse("a value must not contain itself");
    if (ancestors.size >= MAX_DEPTH) refuse(`nested deeper than ${MAX_DEPTH} levels`);
    ancestors.add(object);
    const copy = copyObject(object, key);
    ancestors.delete(object);
    return copy;
  };

  const copyObject = (object: object, key: string): unknown => {
    if (Array.isArray(object)) {
      return Array.from(object, (child, index) => inside(`[${index}]`, String(index), child));
    }
    const bytes = asBytes(object);
    if (bytes !== undefined) return leaf(bytes, refuse);
    if (hasToJson(object)) {
      const replacement = object.toJSON(key);
      if (replacement !== object) return visit(replacement, key);
    }
    // A Map, an Error, a Promise, … would become `{}`.
    const tag = tagOf(object);
    if (tag !== "Object") refuse(`${tag} has no encoding`);
    return Object.fromEntries(
      Object.entries(object).map(([name, child]) => [checked(name), inside(step(name), name, child)]),
    );
  };

  const visit = (current: unknown, key: string): unknown => {
    switch (typeof current) {
      case "string":
        return leaf(checked(current), refuse);
      case "number":
      case "bigint":
      case "boolean":
        return leaf(current, refuse);
      case "undefined":
        return undefined;
      case "object":
        return current === null ? null : visitObject(current, key);
      default:
        return refuse(`a ${typeof current} has no encoding`);
    }
  };

  return visit(value, "");
}

export function hasToJson(object: object): object is { toJSON(key: string): unknown } {
  return "toJSON" in object && typeof object.toJSON === "function";
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function step(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** Runs an encoder so that it throws nothing but `EncodeError`: getters and `toJSON` may throw, and the stack may overflow. */
export function encoding<Result>(root: string, encode: () => Result): Result {
  try {
    return encode();
  } catch (cause) {
    if (cause instanceof EncodeError) throw cause;
    throw new EncodeError(root, cause instanceof Error ? cause.message : "could not be encoded", { cause });
  }
}
