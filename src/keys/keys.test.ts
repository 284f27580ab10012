import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { checkCryptosign } from "../auth/cryptosign.js";
import { bytesFromBase64 } from "../protocol/base64.js";
import { cryptosign } from "./cryptosign.js";
import { generateKeyPair, importKey } from "./make-keys.js";
import { withPublicErrors } from "./public-error.js";
import { readKey } from "./read/key-text.js";
import type { LoadComputation } from "./seed-refusal.js";

const CHALLENGE = "0f".repeat(32);

/** Keys of the examples of RFC 8410, 10.3: with and without the public key. */
const rfc8410 = {
  short: "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC",
  long: `MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=`,
  publicKey: "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1",
};

/** Files of ssh-keygen (OpenSSH 9.2) and of openssl 3. */
const openssh = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDzVVtaBxx/n0xg+74OtytggpuEtLVQRklwcCUsYwKTrQAAAJiRxUotkcVK
LQAAAAtzc2gtZWQyNTUxOQAAACDzVVtaBxx/n0xg+74OtytggpuEtLVQRklwcCUsYwKTrQ
AAAEDaqFoLg5d2B4ZFArCwhN3zwVMKda1MMk8Xvv4UJAel/PNVW1oHHH+fTGD7vg63K2CC
m4S0tVBGSXBwJSxjApOtAAAAEHRlc3Qgb2Ygd2FtcC1tdXgBAgMEBQ==
-----END OPENSSH PRIVATE KEY-----`;
const opensshPublicKey = "f3555b5a071c7f9f4c60fbbe0eb72b60829b84b4b55046497070252c630293ad";
const encryptedOpenssh = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABATNjsxfS
9p1tAHBVcFQtrIAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIOWuLD/lBBQSuT+H
M0nJ+HGnQAV83r4jfygp29udclhMAAAAkIFyq6b99F+GvoDC5844CHylwUh8cijpHpiiTo
cPiaAHuZfp9fbX0qG6EoBeuYzk2Ec4+AeM9PX6BbK+KHwh6RebUfyJhIGOWYIw0+VymSYE
PN4j3gXVIYbembcS4DC9eSnJyT0/LZMmw9ouJBhQKBgPzi6XfZGwV8h43QMiscrIjK8Ma5
ITwwKOwCgg4Mq0Aw==
-----END OPENSSH PRIVATE KEY-----`;
const ecdsaOpenssh = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS
1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQRqd7x4l4R4VyBLPZBKcTQTuua4zWKI
GHrC+VXYL+oiOytLWRUS7Gbgc1JPXrhWypeQBfNW+EmYeqyDQBSCeYEoAAAAoJU9FjGVPR
YxAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGp3vHiXhHhXIEs9
kEpxNBO65rjNYogYesL5Vdgv6iI7K0tZFRLsZuBzUk9euFbKl5AF81b4SZh6rINAFIJ5gS
gAAAAgT6frhUcs9AkT7jjcedB3Soe14ZDsZ+xgHnBgly37Xq4AAAAHcm9vdEB2bQE=
-----END OPENSSH PRIVATE KEY-----`;
const encryptedPkcs8 = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiLc7/Da+AZPAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEOLdwHQ78SnJBpgzi2cBpk0EQIU5
Nyc/GmfjA/p4XMtID0QfJsLhL/reBHUmHuQYB46VWCaMf0hLjyI2JmjYlqeXzTzm
pna6THjCZTkBNdkEE6s=
-----END ENCRYPTED PRIVATE KEY-----`;
const x25519 = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIBirXLphlPQcR/Eg2lnGE0cB7gxS5oHjgAJe+h3qJlp1
-----END PRIVATE KEY-----`;

const pem = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;

/** Changes a byte of a file of OpenSSH. */
function withByte(text: string, at: number, byte: number): string {
  const bytes = bytesFromBase64(text.replace(/-----[A-Z ]+-----/g, ""));
  bytes[at] = byte;
  return pem("OPENSSH PRIVATE KEY", btoa(String.fromCharCode(...bytes)));
}

describe("a private key", () => {
  it.each([
    ["a seed in hexadecimal digits", "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510"],
    ["a seed in Base64", " TVfZemj1VWlmIKbYScDOWCVoUY1ynrdT3HxzLeKARRA=\n"],
  ])("is imported from %s, and signs as the specification's vector says", async (_form, seed) => {
    const key = await importKey(seed);
    const challenge = "ff".repeat(32);
    expect(await cryptosign(key).sign({ challenge: { challenge } })).toBe(
      `b32675b221f08593213737bef8240e7c15228b07028e19595294678c90d11c0cae80a357331bfc5cc9fb71081464e6e75013517c2cf067ad566a6b7b728e5d03${challenge}`,
    );
  });

  it.each<[string, string | Uint8Array, string]>([
    ["PKCS#8 as a text", pem("PRIVATE KEY", rfc8410.short), rfc8410.publicKey],
    ["PKCS#8 with attributes and the public key", pem("PRIVATE KEY", rfc8410.long), rfc8410.publicKey],
    ["PKCS#8 in bytes", bytesFromBase64(rfc8410.short), rfc8410.publicKey],
    ["a file of OpenSSH", openssh, opensshPublicKey],
    ["one with the line ends of Windows", openssh.replaceAll("\n", "\r\n"), opensshPublicKey],
  ])("is imported from %s, cannot be read, and signs", async (_form, text, publicKey) => {
    const key = await importKey(text);
    expect(key.publicKey).toBe(publicKey);
    expect(key.privateKey.extractable).toBe(false);
    const signature = await cryptosign(key).sign({ challenge: { challenge: CHALLENGE } });
    expect(await checkCryptosign(publicKey, CHALLENGE, signature)).toBe(true);
  });

  it("is made anew each time, cannot be read, and signs", async () => {
    const [key, other] = [await generateKeyPair(), await generateKeyPair()];
    expect(key.publicKey).toMatch(/^[\da-f]{64}$/);
    expect(other.publicKey).not.toBe(key.publicKey);
    expect(key.privateKey.extractable).toBe(false);
    const signature = await cryptosign(key).sign({ challenge: { challenge: CHALLENGE } });
    expect(await checkCryptosign(key.publicKey, CHALLENGE, signature)).toBe(true);
    expect(await checkCryptosign(other.publicKey, CHALLENGE, signature)).toBe(false);
  });

  it.each([
    ["an encrypted one of OpenSSH", encryptedOpenssh, "encrypted", 'ssh-keygen -p -N ""'],
    ["an encrypted one in PKCS#8", encryptedPkcs8, "encrypted", "openssl pkey"],
    ["one of ECDSA", ecdsaOpenssh, "kind", "not one of Ed25519"],
    ["one of X25519", x25519, "kind", "not one of Ed25519"],
    ["one of RSA", pem("RSA PRIVATE KEY", "MIIE"), "kind", "not one of Ed25519"],
    [
      "a public key",
      pem("PUBLIC KEY", "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7"),
      "format",
      "PKCS#8 or OpenSSH",
    ],
    ["a seed that is too short", "00", "format", "PKCS#8 or OpenSSH"],
    ["a damaged one in PKCS#8", pem("PRIVATE KEY", rfc8410.short.slice(0, -4)), "format", "cannot be read"],
    ["one that is not Base64", pem("PRIVATE KEY", "not Base64!"), "format", "cannot be read"],
    ["a file of OpenSSH with two keys", withByte(openssh, 38, 2), "format", "more than one key"],
    [
      "one in PKCS#8 whose public key is another one",
      pem("PRIVATE KEY", rfc8410.long.replace("Gb9ECWmEzf", "Gb9ECWmEzg")),
      "format",
      "the public key is another one",
    ],
    [
      "a file of OpenSSH whose public key is another one",
      openssh.replace("AAAEDaqFoL", "AAAEDaqFoM"),
      "format",
      "the public key is another one",
    ],
  ])("@G27 is refused by name, without being quoted: %s", async (_form, text, reason, words) => {
    const error: unknown = await importKey(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "KeyError",
      reason,
      message: expect.stringContaining(words) as unknown,
    });
    const [, line = text] = text.split("\n");
    expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain(line.trim());
  });

  it.each([[undefined], [7], [{ privateKey: 1 }], [new ArrayBuffer(8)]])("cannot be %j", async (key) => {
    await expect(importKey(key as unknown as string)).rejects.toMatchObject({ name: "InvalidArgumentError" });
  });

  it("is read, or refused by name, however it is cut or changed", async () => {
    const files = [openssh, pem("PRIVATE KEY", rfc8410.long)].map((text) =>
      bytesFromBase64(text.replace(/-----[A-Z ]+-----/g, "")),
    );
    const [ssh = new Uint8Array(), pkcs8 = new Uint8Array()] = files;
    const text = (bytes: Uint8Array) => pem("OPENSSH PRIVATE KEY", btoa(String.fromCharCode(...bytes)));
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.nat(ssh.length - 1),
        fc.nat(255),
        fc.nat(ssh.length),
        async (isSsh, at, byte, length) => {
          const bytes = (isSsh ? ssh : pkcs8).slice(0, length);
          if (at < bytes.length) bytes[at] = byte;
          const outcome: unknown = await importKey(isSsh ? text(bytes) : bytes).catch((e: unknown) => e);
          if (outcome instanceof Error) expect(outcome.name).toBe("KeyError");
          else expect(outcome).toHaveProperty("publicKey");
        },
      ),
    );
  });

  it("@G27 is made in a browser that drops one in 128, and refused by name in one that never makes one", async () => {
    const drop = () => Promise.reject(new DOMException("", "OperationError"));
    const generate = vi.spyOn(crypto.subtle, "generateKey");
    generate.mockImplementationOnce(drop).mockImplementationOnce(drop);
    expect((await generateKeyPair()).publicKey).toMatch(/^[\da-f]{64}$/);
    expect(generate).toHaveBeenCalledTimes(3);
    generate.mockImplementation(drop);
    await expect(generateKeyPair()).rejects.toMatchObject({ name: "KeyError", reason: "refused" });
    expect(generate).toHaveBeenCalledTimes(3 + 8);
    vi.restoreAllMocks();
  });

  describe("of a seed that the browser takes only together with its public key", () => {
    const seed = "0062b1ebbc2ff8403c3f0968567c00c76ede0e49405b717c3238135be18240cf";
    const publicKey = "0015e1fa12f5cf596ca5ac95dbdb3139fe33e681086b40b70a5628e83c39dce6";
    const load = vi.fn<LoadComputation>();
    const importLoading = (text: string) => withPublicErrors(() => readKey(text, load));

    /** Refuses PKCS#8, as WebKitGTK does for such seeds, and the JSON Web Keys that are none of these. */
    function refuseSeeds(isTaken: (jwk: JsonWebKey) => boolean = () => true): void {
      const original = crypto.subtle.importKey.bind(crypto.subtle) as (
        ...parts: unknown[]
      ) => Promise<CryptoKey>;
      vi.spyOn(crypto.subtle, "importKey").mockImplementation(((...parts: unknown[]) =>
        parts[0] === "pkcs8" || (parts[0] === "jwk" && !isTaken(parts[1] as JsonWebKey))
          ? Promise.reject(new DOMException("", "DataError"))
          : original(...parts)) as typeof crypto.subtle.importKey);
    }

    afterEach(() => {
      vi.restoreAllMocks();
      load.mockReset();
    });

    it("@G27 is imported with the computed one, cannot be read, and signs", async () => {
      const challenge = { challenge: { challenge: CHALLENGE } };
      const signature = await cryptosign(await importLoading(seed)).sign(challenge);
      expect(load).not.toHaveBeenCalled();
      refuseSeeds();
      const key = await importKey(seed);
      expect(key.publicKey).toBe(publicKey);
      expect(key.privateKey.extractable).toBe(false);
      expect(await cryptosign(key).sign(challenge)).toBe(signature);
    });

    it.each([
      ["a file of OpenSSH", openssh, opensshPublicKey],
      ["PKCS#8 with the public key", pem("PRIVATE KEY", rfc8410.long), rfc8410.publicKey],
    ])("@G27 is imported with the one in %s, and nothing is loaded", async (_form, text, named) => {
      refuseSeeds();
      const key = await importLoading(text);
      expect(key.publicKey).toBe(named);
      expect(load).not.toHaveBeenCalled();
      const signature = await cryptosign(key).sign({ challenge: { challenge: CHALLENGE } });
      expect(await checkCryptosign(named, CHALLENGE, signature)).toBe(true);
    });

    it("@G27 is refused by name if its file names another public key", async () => {
      refuseSeeds();
      const another = openssh.replace("AAAEDaqFoL", "AAAEDaqFoM");
      await expect(importKey(another)).rejects.toMatchObject({
        name: "KeyError",
        reason: "format",
        message: expect.stringContaining("the public key is another one") as unknown,
      });
    });

    it("@G27 is refused by name if the browser does not take it in any form", async () => {
      refuseSeeds(() => false);
      const refused = {
        name: "KeyError",
        reason: "refused",
        message: "this browser refuses the private key",
      };
      await expect(importKey(seed)).rejects.toMatchObject(refused);
      await expect(importKey(openssh)).rejects.toMatchObject(refused);
    });

    it("@G27 is refused by name, with the reason, if the file that computes it cannot be loaded", async () => {
      refuseSeeds();
      load.mockRejectedValue(new Error("not there"));
      const error: unknown = await importLoading(seed).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: "KeyError",
        reason: "refused",
        message: expect.stringMatching(
          /^this browser refuses the private key, and public-key\.js, .* could not be loaded: not there$/,
        ) as unknown,
      });
      expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain(seed);
    });
  });

  it("@G27 is refused by name where the browser has no Ed25519, and where it has no cryptography for this page", async () => {
    const missing = (feature: string) => ({ name: "UnsupportedError", missing: [feature] });
    const refuse = () => Promise.reject(new DOMException("", "NotSupportedError"));
    vi.spyOn(crypto.subtle, "importKey").mockImplementation(refuse);
    vi.spyOn(crypto.subtle, "generateKey").mockImplementation(refuse);
    await expect(importKey(openssh)).rejects.toMatchObject(missing("Ed25519"));
    await expect(generateKeyPair()).rejects.toMatchObject(missing("Ed25519"));
    vi.restoreAllMocks();
    vi.stubGlobal("crypto", {});
    await expect(generateKeyPair()).rejects.toMatchObject(missing("crypto.subtle"));
    vi.unstubAllGlobals();
  });
});

describe("the option auth of a key", () => {
  it("has the public key in HELLO, and the authid if there is one", async () => {
    const key = await importKey(openssh);
    const authextra = { pubkey: opensshPublicKey, channel_binding: null };
    expect(cryptosign(key, "joe")).toMatchObject({ method: "cryptosign", authid: "joe", authextra });
    expect(Object.keys(cryptosign(key))).toEqual(["method", "authextra", "sign"]);
  });

  it.each([[{}], [{ challenge: "00" }], [{ challenge: 7 }]])(
    "refuses the challenge %j",
    async (challenge) => {
      const key = await generateKeyPair();
      await expect(cryptosign(key).sign({ challenge })).rejects.toThrow(
        "challenge in the router's challenge must be",
      );
    },
  );
});
