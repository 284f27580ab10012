// Browsers, workers and Node have it and ES2023 lacks it: this layer must not see any of them.
declare const TextEncoder: { new (): { encode(text: string): Uint8Array<ArrayBuffer> } };
