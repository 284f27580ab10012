import { ProtocolError } from "../protocol/errors.js";

/** Reads the headers of encoded values, and never past the end of the message. Throws `ProtocolError`. */
export class ByteReader {
  /** The offset of the next byte. */
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The header byte of the next value. */
  get head(): number {
    return this.uint8(this.at);
  }

  /** Moves on by a number of bytes, which must be there. */
  protected move(size: number): void {
    this.at += size;
    if (this.at > this.#bytes.length) throw truncated();
  }

  protected uint8(at: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined) throw truncated();
    return byte;
  }

  protected uint16(at: number): number {
    return this.uint8(at) * 2 ** 8 + this.uint8(at + 1);
  }

  protected uint32(at: number): number {
    return this.uint16(at) * 2 ** 16 + this.uint16(at + 2);
  }
}

function truncated(): ProtocolError {
  return new ProtocolError("the message is truncated");
}
