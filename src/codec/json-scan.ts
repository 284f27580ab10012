import { ProtocolError } from "../protocol/errors.js";
import type { Payload } from "../protocol/payload.js";
import { payloadPosition } from "../protocol/payload-position.js";
import { MAX_DEPTH } from "./rewrite.js";

const QUOTE = 0x22;
const COMMA = 0x2c;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LIST_OPEN = 0x5b;
const BACKSLASH = 0x5c;
const LIST_CLOSE = 0x5d;
const DICT_OPEN = 0x7b;
const DICT_CLOSE = 0x7d;

/** The positions of the parts of a message in its text. */
export interface ScannedJson {
  /** The end of the last envelope field. */
  readonly envelopeEnd: number;
  /** True if messages of this type carry a payload. */
  readonly carriesPayload: boolean;
  readonly count: Payload["count"];
  /** The start of the first and the end of the last payload element; both 0 if `count` is 0. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

/**
 * Finds the envelope and the payload without decoding them. The scanner knows only strings and brackets; the parser of each piece checks
 * the rest. In every piece, brackets are balanced and strings are closed, so a malformed payload cannot affect anything else, wherever it
 * is spliced in. Throws `ProtocolError`.
 */
export function scanJson(text: string): ScannedJson {
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== LIST_OPEN) throw new ProtocolError("a message must be a list");
  at = skipSpace(text, at + 1);
  const codeEnd = skipField(text, at);
  const envelopeFields = payloadPosition(Number(text.slice(at, codeEnd)));
  const carriesPayload = envelopeFields !== undefined;
  let envelopeEnd = codeEnd;
  let next = afterElement(text, envelopeEnd);
  for (let fields = 1; next !== undefined && fields !== envelopeFields; fields++) {
    envelopeEnd = skipField(text, next);
    next = afterElement(text, envelopeEnd);
  }
  if (next === undefined) return { envelopeEnd, carriesPayload, count: 0, payloadStart: 0, payloadEnd: 0 };

  const payloadStart = next;
  const argsEnd = skipArgs(text, payloadStart);
  const kwargsStart = afterElement(text, argsEnd);
  if (kwargsStart === undefined) {
    return { envelopeEnd, carriesPayload, count: 1, payloadStart, payloadEnd: argsEnd };
  }
  if (text.charCodeAt(kwargsStart) !== DICT_OPEN) throw new ProtocolError("kwargs must be a dictionary");
  const payloadEnd = skipNested(text, kwargsStart, Infinity);
  if (afterElement(text, payloadEnd) !== undefined) throw new ProtocolError("elements after kwargs");
  return { envelopeEnd, carriesPayload, count: 2, payloadStart, payloadEnd };
}

/** Returns the start of the next element; `undefined` at the end of the message. */
function afterElement(text: string, end: number): number | undefined {
  const at = skipSpace(text, end);
  switch (text.charCodeAt(at)) {
    case COMMA:
      return skipSpace(text, at + 1);
    case LIST_CLOSE:
      if (skipSpace(text, at + 1) !== text.length) throw new ProtocolError("text after the message");
      return undefined;
    default:
      throw at < text.length
        ? new ProtocolError(`expected "," or "]" at offset ${at} of the message`)
        : truncated();
  }
}

/** Skips an envelope field: an integer, a string, a list or a dictionary. No other values occur in an envelope. */
function skipField(text: string, at: number): number {
  const char = text.charCodeAt(at);
  if (char === QUOTE) return skipString(text, at);
  if (char === DICT_OPEN || char === LIST_OPEN) return skipNested(text, at, MAX_DEPTH);
  return skipInteger(text, at);
}

/** Skips the first payload element: args, or one binary value in their place (WAMP, "Payload Passthru Mode"), which the codec refuses later. */
function skipArgs(text: string, at: number): number {
  if (text.charCodeAt(at) === LIST_OPEN) return skipNested(text, at, Infinity);
  if (text.startsWith('"\\u0000', at)) {
    const end = skipString(text, at);
    if (afterElement(text, end) !== undefined) throw new ProtocolError("elements after a binary payload");
    return end;
  }
  throw at < text.length ? new ProtocolError("args must be a list") : truncated();
}

const MAX_ID_DIGITS = String(2 ** 53);

/** Skips an integer from 0 to 2^53. Its digits are compared, because parsing would round 2^53 + 1 to 2^53. */
function skipInteger(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  const digits = end - start;
  if (digits === 0) {
    throw start < text.length
      ? new ProtocolError(`expected an integer, a string or a dictionary at offset ${start} of the message`)
      : truncated();
  }
  if (
    digits > MAX_ID_DIGITS.length ||
    (digits === MAX_ID_DIGITS.length && text.slice(start, end) > MAX_ID_DIGITS)
  ) {
    throw new ProtocolError("an id must not be larger than 2^53");
  }
  return end;
}

/** Skips a list or a dictionary with all its contents. */
function skipNested(text: string, start: number, maxDepth: number): number {
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
      if (depth > maxDepth) throw new ProtocolError(`nested deeper than ${maxDepth} levels`);
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

function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const char = text.charCodeAt(at);
    if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) return at;
    at++;
  }
}

function isDigit(char: number): boolean {
  return char >= DIGIT_0 && char <= DIGIT_9;
}

function truncated(): ProtocolError {
  return new ProtocolError("the message is truncated");
}
