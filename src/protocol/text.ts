const UNPAIRED = /\p{Cs}/u;

/**
 * Tells whether a string can be encoded in UTF-8. Routers do not tolerate strings that cannot: Crossbar.io closes the socket (with
 * MessagePack) or silently loses the message (with JSON).
 */
export function isWellFormed(string: string): boolean {
  return string.isWellFormed?.() ?? !UNPAIRED.test(string);
}

/**
 * Tells whether every serializer encodes a string as text. In JSON, a leading U+0000 marks binary data (WAMP, "Binary support
 * in JSON").
 */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith("\0") && isWellFormed(value);
}
