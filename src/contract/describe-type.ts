/**
 * Describes a value by its type alone, such as `a string`. Errors show this instead of the value wherever an application may have put
 * a secret: in the right place, in a neighbouring one, or under a misspelt name.
 */
export function describeType(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? `an array of ${value.length}` : "an object";
    default:
      return `a ${typeof value}`;
  }
}
