// A serializer of an application: JSON in which a Date stays one.
/** @param {unknown} value */
export function encode(value) {
  return JSON.stringify(toTagged(value));
}

/** @param {string | Uint8Array} text */
export function decode(text) {
  return JSON.parse(String(text), (_key, value) =>
    typeof value?.["%date"] === "number" ? new Date(value["%date"]) : value,
  );
}

/**
 * @param {any} value
 * @returns {unknown}
 */
function toTagged(value) {
  if (typeof value === "function") throw new TypeError("a function is no data");
  if (value instanceof Date) return { "%date": value.getTime() };
  if (Array.isArray(value)) return value.map(toTagged);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toTagged(member)]));
}
