// A global beyond ES2023 that browsers, workers and Node share; this layer must not see any others.
declare const TextEncoder: { new (): { encode(text: string): Uint8Array<ArrayBuffer> } };
declare const TextDecoder: { new (): { decode(bytes: Uint8Array): string } };
