const UNPAIRED = /\p{Cs}/u;

/**
 * Tells whether a string has an encoding in UTF-8. Routers do not forgive one that has none: Crossbar.io closes the socket (in
 * MessagePack) or loses the message without a word (in JSON).
 */
export function isWellFormed(string: string): boolean {
  return string.isWellFormed?.() ?? !UNPAIRED.test(string);
}

/**
 * Tells whether every serializer writes a string as the same text. In JSON a string that begins with U+0000 means binary data
 * (WAMP, "Binary support in JSON").
 */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith("\0") && isWellFormed(value);
}
