const UNPAIRED = /\p{Cs}/gu;

/**
 * Tells whether a string can be encoded in UTF-8. Routers do not tolerate strings that cannot: Crossbar.io closes the socket (with
 * MessagePack) or silently loses the message (with JSON).
 */
export function isWellFormed(string: string): boolean {
  return string.isWellFormed?.() ?? string.search(UNPAIRED) === -1;
}

/** Returns a text that can be encoded in UTF-8: U+FFFD stands for each unpaired surrogate. */
export function toWellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replace(UNPAIRED, String.fromCharCode(0xfffd));
}

/** Returns the beginning of a text that is longer than `length`, with an ellipsis; never a half of a surrogate pair. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const cutsPair = (text.codePointAt(length - 1) ?? 0) > 0xffff;
  return `${text.slice(0, cutsPair ? length - 1 : length)}...`;
}

/**
 * Tells whether every serializer encodes a string as text. In JSON, a leading U+0000 marks binary data (WAMP, "Binary support
 * in JSON").
 */
export function isText(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith("\0") && isWellFormed(value);
}
