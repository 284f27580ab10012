import { afterEach, expect, it, vi } from "vitest";
import { countedAlgorithms } from "./counted-algorithms.suite.js";
import { checkCryptosign, cryptosign } from "./cryptosign.js";
import { ed25519 } from "./ed25519-fallback.js";
import { bytesFromHex, bytesToHex } from "./hex.js";
import { notLoaded } from "./obstacle.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const seed = "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510";
const bytes = (hex: string): Uint8Array => bytesFromHex(hex) ?? new Uint8Array();

/** Takes Ed25519 away, as in browsers that do not have it yet, or do not take each key; only the public keys of the router's check stay. */
function takeEd25519Away(error = "NotSupportedError"): void {
  const importKey = crypto.subtle.importKey.bind(crypto.subtle) as (
    ...parts: unknown[]
  ) => Promise<CryptoKey>;
  vi.spyOn(crypto.subtle, "importKey").mockImplementation(((...parts: unknown[]) =>
    parts[0] === "pkcs8"
      ? Promise.reject(new DOMException("", error))
      : importKey(...parts)) as typeof crypto.subtle.importKey);
}

// RFC 8032, 7.1: tests 1 to 3.
it.each([
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
])("has the public key and the signature of RFC 8032: %s", (secret, publicKey, message, signature) => {
  expect(bytesToHex(ed25519.publicKey(bytes(secret)))).toBe(publicKey);
  expect(bytesToHex(ed25519.sign(bytes(secret), bytes(message)))).toBe(signature);
});

it("@G27 signs for a browser that has no Ed25519, or does not take the seed, and is loaded for no other", async () => {
  const challenge = "ff".repeat(32);
  const answers: unknown[] = [];
  // WebKitGTK does not take a seed that begins with a zero byte.
  for (const error of [undefined, "NotSupportedError", "DataError"]) {
    const { algorithms, loaded } = countedAlgorithms();
    if (error !== undefined) takeEd25519Away(error);
    const exchange = cryptosign(algorithms)({ secret: () => Promise.resolve(seed) });
    await exchange.prepare();
    const { signature } = await exchange.challenge({ challenge });
    answers.push([exchange.hello, signature]);
    expect(await checkCryptosign(String(exchange.hello.authextra?.["pubkey"]), challenge, signature)).toBe(
      true,
    );
    expect(loaded).toEqual(error === undefined ? [] : ["ed25519"]);
    vi.restoreAllMocks();
  }
  expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
});

it("@G27 is a passing obstacle if it cannot be loaded", async () => {
  takeEd25519Away();
  const load = () => Promise.reject(notLoaded("ed25519", new Error("not there")));
  const exchange = cryptosign({ load })({ secret: () => Promise.resolve(seed) });
  await expect(exchange.prepare()).rejects.toMatchObject({ obstacle: { name: "ConnectionLostError" } });
});
