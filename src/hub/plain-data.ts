/** Nesting that every router's parser takes. */
const MAX_DEPTH = 32;

/** Whether a value is made of what all serializers can write: null, booleans, finite numbers, strings, arrays and plain objects. */
export function isPlainData(value: unknown, depth = 0): boolean {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainData(item, depth + 1));
  return isPlainObject(value) && Object.values(value).every((member) => isPlainData(member, depth + 1));
}

export function isPlainObject(value: unknown): value is { readonly [key: string]: unknown } {
  return (
    typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]"
  );
}
