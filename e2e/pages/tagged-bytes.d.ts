export function encode(value: unknown): Uint8Array;
export function decode(bytes: string | Uint8Array): unknown;
