import { ProtocolError } from "../protocol/errors.js";
import type { BinaryScanner } from "./binary-serializer.js";
import { ByteReader } from "./byte-reader.js";
import { MAX_DEPTH } from "./rewrite.js";

/**
 * Walks over encoded values by their headers. Checks each step against the end of the message, so that the decoder never allocates
 * memory for elements that are missing. Throws `ProtocolError`.
 */
export class MsgpackScanner extends ByteReader implements BinaryScanner {
  enterList(): number {
    const { head } = this;
    if (!isListHeader(head)) throw new ProtocolError("a message must be a list");
    return this.#enter();
  }

  enterMap(): number {
    return this.#enter() / 2;
  }

  leaveList(): void {
    // Nothing follows the last element.
  }

  skipMember(depth: number): boolean {
    return this.#skipWithin(depth);
  }

  skipField(): boolean {
    const isFloat = isFloatHeader(this.head);
    return this.#skipWithin(MAX_DEPTH) && !isFloat;
  }

  skip(values = 1): void {
    let left = values;
    // This terminates: every value takes at least one byte, and reading past the last byte throws.
    while (left > 0) left += this.#enter() - 1;
  }

  /** Skips a value; returns false if it is nested deeper than `depth`. */
  #skipWithin(depth: number): boolean {
    const values = this.#enter();
    if (values === 0) return true;
    if (depth === 0) {
      this.skip(values);
      return false;
    }
    let isWithin = true;
    for (let value = 0; value < values; value++) isWithin = this.#skipWithin(depth - 1) && isWithin;
    return isWithin;
  }

  /** Moves past the next header and its data; returns the number of values in a list or a map. */
  #enter(): number {
    const start = this.at;
    const head = this.uint8(start);
    if (head <= 0x7f || head >= 0xe0) return this.#pass(1, 0);
    if (head <= 0x8f) return this.#pass(1, 2 * (head & 0x0f));
    if (head <= 0x9f) return this.#pass(1, head & 0x0f);
    if (head <= 0xbf) return this.#pass(1 + (head & 0x1f), 0);
    switch (head) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return this.#pass(1, 0);
      case 0xc4: // bin 8
      case 0xd9: // str 8
        return this.#pass(2 + this.uint8(start + 1), 0);
      case 0xc5: // bin 16
      case 0xda: // str 16
        return this.#pass(3 + this.uint16(start + 1), 0);
      case 0xc6: // bin 32
      case 0xdb: // str 32
        return this.#pass(5 + this.uint32(start + 1), 0);
      case 0xc7: // ext 8
        return this.#pass(3 + this.uint8(start + 1), 0);
      case 0xc8: // ext 16
        return this.#pass(4 + this.uint16(start + 1), 0);
      case 0xc9: // ext 32
        return this.#pass(6 + this.uint32(start + 1), 0);
      case 0xcc: // uint 8
      case 0xd0: // int 8
        return this.#pass(2, 0);
      case 0xcd: // uint 16
      case 0xd1: // int 16
        return this.#pass(3, 0);
      case 0xca: // float 32
      case 0xce: // uint 32
      case 0xd2: // int 32
        return this.#pass(5, 0);
      case 0xcb: // float 64
      case 0xcf: // uint 64
      case 0xd3: // int 64
        return this.#pass(9, 0);
      case 0xd4: // fixext 1
      case 0xd5: // fixext 2
      case 0xd6: // fixext 4
      case 0xd7: // fixext 8
      case 0xd8: // fixext 16
        return this.#pass(2 + 2 ** (head - 0xd4), 0);
      case 0xdc: // array 16
        return this.#pass(3, this.uint16(start + 1));
      case 0xdd: // array 32
        return this.#pass(5, this.uint32(start + 1));
      case 0xde: // map 16
        return this.#pass(3, 2 * this.uint16(start + 1));
      case 0xdf: // map 32
        return this.#pass(5, 2 * this.uint32(start + 1));
      default:
        throw new ProtocolError(`MessagePack has no header 0x${head.toString(16)}`);
    }
  }

  #pass(size: number, values: number): number {
    this.move(size);
    return values;
  }
}

export function isListHeader(byte: number): boolean {
  return (byte >= 0x90 && byte <= 0x9f) || byte === 0xdc || byte === 0xdd;
}

export function isMapHeader(byte: number): boolean {
  return (byte >= 0x80 && byte <= 0x8f) || byte === 0xde || byte === 0xdf;
}

export function isFloatHeader(byte: number): boolean {
  return byte === 0xca || byte === 0xcb;
}
