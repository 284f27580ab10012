import type { ErrorRecord } from "../../contract/errors.js";

const HIDDEN = "...";

/** Returns an error without the secrets that its texts quote: a router may echo what it was given. Its URI is what applications act on. */
export function redacted(error: ErrorRecord, secrets: readonly string[]): ErrorRecord {
  // The longest first, because one may contain another.
  const hidden = [...new Set(secrets)].filter((each) => each !== "").sort((a, b) => b.length - a.length);
  return hidden.length === 0 ? error : (redactedValue(error, hidden) as ErrorRecord);
}

/** @param isRecord true for an error and its fields, false for what the router wrote */
function redactedValue(value: unknown, secrets: readonly string[], isRecord = true): unknown {
  if (typeof value === "string")
    return secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), value);
  if (Array.isArray(value)) return value.map((each) => redactedValue(each, secrets, isRecord));
  // Binary values and the like are left as they are.
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => [
      key,
      isRecord && (key === "name" || key === "uri")
        ? each
        : redactedValue(each, secrets, isRecord && key !== "details"),
    ]),
  );
}

/** Returns all texts in a value. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
