import { ProtocolError } from "../protocol/errors.js";
import type { Payload } from "../protocol/payload.js";
import { payloadPosition } from "../protocol/payload-position.js";
import { isDeeper, skipSpace, skipValue, truncated } from "./json-skip.js";
import { MAX_DEPTH } from "./rewrite.js";

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LIST_OPEN = 0x5b;
const LIST_CLOSE = 0x5d;
const DICT_OPEN = 0x7b;
const DICT_CLOSE = 0x7d;

/** The positions of the parts of a message in its text. */
export interface ScannedJson {
  /** The end of the last envelope field. */
  readonly envelopeEnd: number;
  /** True if every envelope field is ordinary, see {@link isOrdinaryField}. */
  readonly isOrdinary: boolean;
  /** True if messages of this type carry a payload. */
  readonly carriesPayload: boolean;
  readonly count: Payload["count"];
  /** The start of the first and the end of the last payload element; both 0 if `count` is 0. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

/**
 * Finds the envelope and the payload without decoding them, see {@link skipValue}: a malformed payload cannot affect anything else,
 * wherever it is spliced in. Any value may stand for args and for kwargs, because a third party wrote them. Throws `ProtocolError`.
 */
export function scanJson(text: string): ScannedJson {
  let next: number | undefined = firstField(text);
  let envelopeEnd = next;
  let envelopeFields: number | undefined = 1;
  let ordinary = true;
  for (let fields = 0; next !== undefined && fields !== envelopeFields; fields++) {
    envelopeEnd = skipValue(text, next);
    ordinary = isOrdinaryField(text, next, envelopeEnd) && ordinary;
    if (fields === 0) envelopeFields = payloadPosition(Number(text.slice(next, envelopeEnd)));
    next = afterElement(text, envelopeEnd);
  }
  const carriesPayload = envelopeFields !== undefined;
  let count: Payload["count"] = 0;
  const payloadStart = next ?? 0;
  let payloadEnd = 0;
  while (next !== undefined) {
    if (count === 2) throw new ProtocolError("elements after kwargs");
    count = count === 0 ? 1 : 2;
    payloadEnd = skipValue(text, next);
    next = afterElement(text, payloadEnd);
  }
  return { envelopeEnd, isOrdinary: ordinary, carriesPayload, count, payloadStart, payloadEnd };
}

/** Returns the texts of the fields of a scanned envelope, which ends at `end`. */
export function fieldTexts(text: string, end: number): string[] {
  const fields: string[] = [];
  for (let at = firstField(text); at < end;) {
    const fieldEnd = skipValue(text, at);
    fields.push(text.slice(at, fieldEnd));
    // Past the comma.
    at = skipSpace(text, skipSpace(text, fieldEnd) + 1);
  }
  return fields;
}

/** Returns the texts of the keys and values of a scanned value; `undefined` if it is not a dictionary. */
export function memberTexts(text: string): (readonly [key: string, value: string])[] | undefined {
  if (text.charCodeAt(0) !== DICT_OPEN) return undefined;
  const members: (readonly [string, string])[] = [];
  let at = skipSpace(text, 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = skipValue(text, at);
    const colon = skipSpace(text, keyEnd);
    const start = skipSpace(text, colon + 1);
    if (text.charCodeAt(colon) !== COLON || !beginsValue(text.charCodeAt(start))) return undefined;
    const end = skipValue(text, start);
    members.push([text.slice(at, keyEnd), text.slice(start, end)]);
    const next = skipSpace(text, end);
    if (text.charCodeAt(next) === DICT_CLOSE) return members;
    if (text.charCodeAt(next) !== COMMA) return undefined;
    at = skipSpace(text, next + 1);
  }
  return undefined;
}

/**
 * Tells whether parsing a field gives its value as it is meant. It does not for a number with a fraction or beyond 2^53, which could
 * come out as an id, and for a value that is nested too deep for the structured clone.
 */
export function isOrdinaryField(text: string, start: number, end: number, depth = MAX_DEPTH): boolean {
  const char = text.charCodeAt(start);
  if (char === QUOTE) return true;
  if (char === DICT_OPEN || char === LIST_OPEN) return !isDeeper(depth, text, start, end);
  // Words such as null are left to the parser.
  return isDigit(char) ? isWireInteger(text, start, end) : char > DIGIT_9;
}

function firstField(text: string): number {
  const start = skipSpace(text, 0);
  if (text.charCodeAt(start) !== LIST_OPEN) throw new ProtocolError("a message must be a list");
  return skipSpace(text, start + 1);
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

/** Tells whether a value can begin with a character of a scanned text. */
function beginsValue(char: number): boolean {
  return char > SPACE && char !== COMMA && char !== LIST_CLOSE && char !== DICT_CLOSE;
}

const MAX_ID_DIGITS = String(2 ** 53);

/** Recognizes an integer from 0 to 2^53. Its digits are compared, because parsing would round 2^53 + 1 to 2^53. */
function isWireInteger(text: string, start: number, end: number): boolean {
  const digits = end - start;
  if (digits > MAX_ID_DIGITS.length) return false;
  for (let at = start; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return digits < MAX_ID_DIGITS.length || text.slice(start, end) <= MAX_ID_DIGITS;
}

function isDigit(char: number): boolean {
  return char >= DIGIT_0 && char <= DIGIT_9;
}
