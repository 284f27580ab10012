const UNPAIRED = /\p{Cs}/u;

/**
 * Tells whether a string can be encoded in UTF-8. Routers do not tolerate one that cannot: Crossbar.io closes the socket (in
 * MessagePack) or silently loses the message (in JSON).
 */
export function isWellFormed(string: string): boolean {
  return string.isWellFormed?.() ?? !UNPAIRED.test(string);
}

/**
 * Tells whether every serializer writes a string as the same text. In JSON a leading U+0000 marks binary data (WAMP, "Binary support
 * in JSON").
 */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith("\0") && isWellFormed(value);
}
