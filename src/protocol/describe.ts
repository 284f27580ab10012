const LONGEST_QUOTE = 60;

/** Formats a value for an error message; the result is short and printable, whatever the peer sent. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST_QUOTE ? `a string of ${value.length} characters` : JSON.stringify(value);
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "undefined":
      return "something unreadable";
    default:
      if (value === null) return "null";
      if (value instanceof Uint8Array) return `binary data of ${value.length} bytes`;
      return Array.isArray(value) ? "a list" : `an ${typeof value}`;
  }
}
