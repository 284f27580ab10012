import { ProtocolError } from "../protocol/errors.js";

const QUOTE = 0x22;
const COMMA = 0x2c;
const LIST_OPEN = 0x5b;
const BACKSLASH = 0x5c;
const LIST_CLOSE = 0x5d;
const DICT_OPEN = 0x7b;
const DICT_CLOSE = 0x7d;

/**
 * Returns the end of the value that begins at `at`. Knows only strings, brackets and separators; the parser checks the rest. In the value,
 * brackets are balanced and strings are closed. Throws `ProtocolError` if there is no value or the text ends before it.
 */
export function skipValue(text: string, at: number): number {
  const char = text.charCodeAt(at);
  if (char === QUOTE) return skipString(text, at);
  if (char === DICT_OPEN || char === LIST_OPEN) return skipNested(text, at, Infinity) ?? at;
  return skipScalar(text, at);
}

/** Returns the end of whitespace. */
export function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const char = text.charCodeAt(at);
    if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) return at;
    at++;
  }
}

/** Tells whether the brackets of a list or dictionary are nested deeper than `limit`. */
export function isDeeper(limit: number, text: string, start: number, end: number): boolean {
  // Each level takes an opening and a closing bracket.
  return end - start > 2 * limit && skipNested(text, start, limit) === undefined;
}

/** Returns the error for a message that ends too early. */
export function truncated(): ProtocolError {
  return new ProtocolError("the message is truncated");
}

/** Returns the end of a list or dictionary with all its contents; undefined if it is nested deeper than `limit`. */
function skipNested(text: string, start: number, limit: number): number | undefined {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = skipString(text, at);
      continue;
    }
    at++;
    if (char === LIST_OPEN || char === DICT_OPEN) {
      depth++;
      if (depth > limit) return undefined;
    } else if (char === LIST_CLOSE || char === DICT_CLOSE) {
      depth--;
      if (depth === 0) return at;
    }
  }
  throw truncated();
}

function skipString(text: string, start: number): number {
  let quote = start;
  do {
    quote = text.indexOf('"', quote + 1);
    if (quote === -1) throw truncated();
  } while (isEscaped(text, quote));
  return quote + 1;
}

/** Tells whether an odd number of backslashes precedes a character. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}

/** Skips a number, null, true, false, or a word that JSON does not have, such as the NaN of other implementations. */
function skipScalar(text: string, start: number): number {
  let end = start;
  while (isScalar(text.charCodeAt(end))) end++;
  if (end > start) return end;
  throw start < text.length
    ? new ProtocolError(`expected a value at offset ${start} of the message`)
    : truncated();
}

/** Tells whether a character can belong to a scalar; false at the end of the text, where it is NaN. */
function isScalar(char: number): boolean {
  return (
    char > 0x20 &&
    char !== COMMA &&
    char !== QUOTE &&
    char !== LIST_OPEN &&
    char !== LIST_CLOSE &&
    char !== DICT_OPEN &&
    char !== DICT_CLOSE
  );
}
