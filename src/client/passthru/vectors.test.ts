import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.js";
import type { Dict } from "../../protocol/dict.js";
import { ciphers } from "./ciphers.js";
import { decodeContent, encodeContent } from "./cbor-content.js";
import { createEncryption } from "./encryption.js";

/** One vector; its source is in the file. */
interface Vector {
  readonly ppt_cipher: string;
  readonly ppt_keyid: string;
  readonly key: string;
  readonly nonce: string;
  readonly args: readonly unknown[] | null;
  readonly kwargs: Dict | null;
  readonly plaintext: string;
  readonly payload: string;
}

const file = readFileSync(new URL("./vectors/connectanum-v1.json", import.meta.url), "utf8");
const { vectors } = JSON.parse(file) as { readonly vectors: readonly Vector[] };

const bytes = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array): string => Buffer.from(data).toString("hex");

/** Reads arguments of the file, where binary data is `{"hex": "…"}`. */
const given = (args: readonly unknown[] | null): readonly unknown[] | null =>
  args?.map((arg) =>
    typeof arg === "object" && arg !== null && "hex" in arg ? bytes(String(arg.hex)) : arg,
  ) ?? null;

describe.each(vectors)("$ppt_cipher $ppt_keyid of PyNaCl, cryptography and cbor2", (vector) => {
  const { key, nonce, plaintext, payload, ppt_cipher: name } = vector;
  const cipher = ciphers.get(name);
  const content = { args: given(vector.args) ?? [], kwargs: vector.kwargs ?? {} };

  it("@G30 is read", async () => {
    const asked: (string | undefined)[] = [];
    const keys = {
      toEncrypt: () => undefined,
      toDecrypt: ({ keyId }: { readonly keyId?: string }) => {
        asked.push(keyId);
        return bytes(key);
      },
    };
    const encryption = createEncryption({ rules: [], keys }, new FakeClock());
    const details = vector as unknown as Dict;
    const message = { content: "event", uri: "com.topic", options: {}, details } as const;
    expect(await encryption.open(message, () => ({ args: [bytes(payload)], kwargs: {} }), true)).toEqual(
      content,
    );
    expect(asked).toEqual([vector.ppt_keyid]);
  });

  it("@G30 is written to the byte", async () => {
    const box = await cipher?.encrypt(bytes(key), bytes(nonce), bytes(plaintext));
    expect(nonce + hex(box ?? new Uint8Array())).toBe(payload);
    // Empty arguments are lists and maps here, and null there.
    if (vector.args !== null && vector.kwargs !== null) expect(hex(encodeContent(content))).toBe(plaintext);
    expect(decodeContent(bytes(plaintext))).toEqual(content);
  });
});
