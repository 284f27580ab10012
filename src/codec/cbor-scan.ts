import { ProtocolError } from "../protocol/errors.js";
import type { BinaryScanner } from "./binary-serializer.js";
import { ByteReader } from "./byte-reader.js";
import { MAX_DEPTH } from "./rewrite.js";

const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const LIST = 4;
const MAP = 5;
const TAG = 6;

const BREAK = 0xff;
const INDEFINITE = 0x1f;

/** Bytes of the longest integer that is read: decoding takes time that grows with the square of its length. */
export const MAX_BIGNUM_BYTES = 255;

/** The tags that have a meaning in WAMP, with the check of the value that each one needs (RFC 8949, section 3.4). */
const tags = new Map<number, (head: number, length: number) => boolean>([
  // A date and time as text.
  [0, (head) => head >> 5 === TEXT],
  // Seconds since 1970.
  [1, (head) => head >> 5 <= NEGATIVE || isFloat(head)],
  // An integer of any size, and a negative one.
  [2, isBignum],
  [3, isBignum],
  // The mark of CBOR, which means nothing.
  [55799, () => true],
]);

/**
 * Walks over encoded values by their headers (RFC 8949). Checks each step against the end of the message, so that the decoder never
 * allocates memory for elements that are missing. Throws `ProtocolError`.
 */
export class CborScanner extends ByteReader implements BinaryScanner {
  /** The first item so far that has no meaning in WAMP, in words: the decoder must not get it. */
  foreign: string | undefined;
  /** Breaks that follow the last element of the message. */
  #breaks = 0;

  enterList(): number {
    const { head } = this;
    if (head >> 5 !== LIST) throw new ProtocolError("a message must be a list");
    const elements = this.#enter();
    if (elements !== Infinity) return elements;
    this.#breaks = 1;
    return this.#countToBreak();
  }

  enterMap(): number {
    const elements = this.#enter();
    return (elements === Infinity ? this.#countToBreak() : elements) / 2;
  }

  leaveList(): void {
    this.at += this.#breaks;
  }

  skipMember(depth: number): boolean {
    return this.#skip() <= depth;
  }

  skipField(): boolean {
    const isOrdinary = !isFloat(this.head);
    return this.#skip() <= MAX_DEPTH && isOrdinary;
  }

  skip(values = 1): void {
    for (let value = 0; value < values; value++) this.#skip();
  }

  /** Skips a value with all its contents; returns the depth of its nesting, which has no limit. */
  #skip(): number {
    /** The number of values that follow in each container around the current one. */
    const outer: number[] = [];
    let left = 1;
    let depth = 0;
    // This terminates: every value takes at least one byte, and reading past the last byte throws.
    for (;;) {
      if (left === 0) {
        const following = outer.pop();
        if (following === undefined) return depth;
        left = following;
      } else if (this.head === BREAK) {
        if (left !== Infinity) throw new ProtocolError("a break where CBOR needs a value");
        this.at++;
        left = 0;
      } else {
        left--;
        const values = this.#enter();
        if (values === 0) continue;
        outer.push(left);
        left = values;
        depth = Math.max(depth, outer.length);
      }
    }
  }

  /** Moves past the next header and its data; returns the number of values in it, which is infinite where a break ends them. */
  #enter(): number {
    const { head } = this;
    this.at++;
    const type = head >> 5;
    const length = this.#argument(head & 0x1f, type);
    switch (type) {
      case BYTES:
      case TEXT:
        if (length === Infinity) {
          this.foreign ??= "a string in pieces";
          return length;
        }
        this.move(length);
        return 0;
      case LIST:
        return length;
      case MAP:
        return 2 * length;
      case TAG:
        this.#judgeTag(length);
        return 1;
      default:
        return 0;
    }
  }

  /** Reads the argument of a header, whose lower bits are `info`. */
  #argument(info: number, type: number): number {
    if (info < 24) return info;
    const start = this.at;
    switch (info) {
      case 24:
        this.at += 1;
        return this.uint8(start);
      case 25:
        this.at += 2;
        return this.uint16(start);
      case 26:
        this.at += 4;
        return this.uint32(start);
      case 27:
        this.at += 8;
        return this.uint32(start) * 2 ** 32 + this.uint32(start + 4);
      case INDEFINITE:
        if (type >= BYTES && type <= MAP) return Infinity;
    }
    throw new ProtocolError(`CBOR has no header 0x${((type << 5) | info).toString(16)}`);
  }

  #judgeTag(tag: number): void {
    const fits = tags.get(tag);
    if (fits === undefined) this.foreign ??= `tag ${tag}`;
    else if (!fits(this.head, this.head === 0x58 ? this.uint8(this.at + 1) : this.head & 0x1f))
      this.foreign ??= `a value of another type with tag ${tag}`;
  }

  /** Counts the values up to the break, and stays before the first one. */
  #countToBreak(): number {
    const start = this.at;
    let values = 0;
    for (; this.head !== BREAK; values++) this.#skip();
    this.at = start;
    return values;
  }
}

export function isMap(head: number): boolean {
  return head >> 5 === MAP;
}

export function isFloat(head: number): boolean {
  return head >= 0xf9 && head <= 0xfb;
}

function isBignum(head: number, length: number): boolean {
  return head >> 5 === BYTES && head <= 0x58 && length <= MAX_BIGNUM_BYTES;
}
