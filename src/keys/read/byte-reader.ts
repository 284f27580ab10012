/** Reads bytes from front to back. Every method throws a `RangeError` if there are too few left. */
export class ByteReader {
  #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes that have not been read. */
  get rest(): Uint8Array {
    return this.#bytes;
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length) throw new RangeError("the key ends too early");
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** Reads an unsigned integer of so many bytes, at most six, the highest first. */
  integer(length: number): number {
    return this.take(length).reduce((value, byte) => value * 0x100 + byte, 0);
  }
}
