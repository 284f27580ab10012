export function encode(value: unknown): string;
export function decode(text: string | Uint8Array): unknown;
