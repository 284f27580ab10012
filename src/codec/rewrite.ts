import { isWellFormed } from "../protocol/text.js";
import { asBytes, tagOf } from "./binary.js";
import { EncodeError } from "./errors.js";
import type { LeafConverter } from "./notation.js";

/** The maximum nesting depth of arguments and options. It limits the recursion here and in the structured clone of decoded values. */
export const MAX_DEPTH = 200;

/**
 * Number of levels at which a dictionary of an envelope that cannot be read as a whole is read member by member, so that one value of a
 * third party does not hide what the router wrote beside it: enough for the features of a role in WELCOME.
 */
export const READ_IN_PARTS = 4;

/**
 * Copies a value that a serializer's own encoder would drop, change or fail on. The copy consists of plain lists and objects; `convert` has
 * converted binary data and big numbers, and `toJSON` has been called. Throws `EncodeError` with the path of a value that cannot be
 * encoded. `undefined` is kept: encoders omit it from objects and write it as null in lists.
 */
export function rewrite(value: unknown, root: string, convert: LeafConverter): unknown {
  const ancestors = new Set<object>();

  function visit(current: unknown, path: string, key: string): unknown {
    const refuse = (reason: string): never => {
      throw new EncodeError(path, reason);
    };
    const checked = (text: string): string =>
      isWellFormed(text)
        ? text
        : refuse(`${JSON.stringify(text)} has an unpaired surrogate, which UTF-8 cannot encode`);

    function copied(object: object): unknown {
      if (Array.isArray(object)) {
        return Array.from(object, (child, index) => visit(child, `${path}[${index}]`, String(index)));
      }
      if (hasToJson(object)) {
        const replacement = object.toJSON(key);
        if (replacement !== object) return visit(replacement, path, key);
      }
      // A Map, an Error, a Promise, … would become `{}`.
      const tag = tagOf(object);
      if (tag !== "Object") refuse(`${tag} has no encoding`);
      return Object.fromEntries(
        Object.entries(object).map(([name, child]) => [checked(name), visit(child, path + step(name), name)]),
      );
    }

    switch (typeof current) {
      case "string":
        return convert(checked(current), refuse);
      case "number":
      case "bigint":
        return convert(current, refuse);
      case "boolean":
      case "undefined":
        return current;
      case "object": {
        if (current === null) return null;
        if (ancestors.has(current)) refuse("a value must not contain itself");
        if (ancestors.size >= MAX_DEPTH) refuse(`nested deeper than ${MAX_DEPTH} levels`);
        const bytes = asBytes(current);
        if (bytes !== undefined) return convert(bytes, refuse);
        ancestors.add(current);
        const copy = copied(current);
        ancestors.delete(current);
        return copy;
      }
      default:
        return refuse(`a ${typeof current} has no encoding`);
    }
  }

  return visit(value, root, "");
}

export function hasToJson(object: object): object is { toJSON(key: string): unknown } {
  return "toJSON" in object && typeof object.toJSON === "function";
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function step(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
