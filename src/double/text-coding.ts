/** UTF-8 for environments of tests that lack the global classes, such as Jest's jsdom; no more than the codecs need. */
class Encoder {
  encode(text: string): Uint8Array<ArrayBuffer> {
    const wellFormed = text.replace(/\p{Surrogate}/gu, "\uFFFD");
    const escapes = /%([0-9A-F]{2})|[^]/g;
    return Uint8Array.from(encodeURIComponent(wellFormed).match(escapes) ?? [], (each) =>
      each.length > 1 ? Number.parseInt(each.slice(1), 16) : each.charCodeAt(0),
    );
  }

  encodeInto(text: string, target: Uint8Array): void {
    target.set(this.encode(text));
  }
}

class Decoder {
  decode(bytes: Uint8Array): string {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  }
}

const { TextEncoder: EncoderOfPlatform, TextDecoder: DecoderOfPlatform } = globalThis as {
  TextEncoder?: typeof Encoder;
  TextDecoder?: typeof Decoder;
};

// The build puts these in the place of the global classes.
export const TextEncoder = EncoderOfPlatform ?? Encoder;
export const TextDecoder = DecoderOfPlatform ?? Decoder;
