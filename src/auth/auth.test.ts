import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bytesFromBase64, bytesToBase64 } from "../protocol/base64.js";
import type { Dict } from "../protocol/dict.js";
import { authMethodSuite } from "./auth-method.suite.js";
import type { AuthExchange } from "./auth-method.js";
import { checkCryptosign, cryptosign as cryptosignWith } from "./cryptosign.js";
import { saslprep } from "./saslprep.js";
import { bundledAlgorithms } from "./bundled-algorithms.js";
import { crossbarScram, wampScram } from "./scram-hash.js";
import type { Hashing, ScramVariant } from "./scram-hash.js";
import { checkScram, scram, scramKeys } from "./scram.js";
import { checkTicket, ticket } from "./ticket.js";
import { anonymous, cookie } from "./unchallenged.js";
import { checkWampcra, derivedKey, wampcra } from "./wampcra.js";

const cryptosign = cryptosignWith(bundledAlgorithms);
const passwords = ["s€cret", "S€cret", "s€cre", "s€cret ", " "];
const salting = { salt: "salt123", iterations: 1000, keylen: 32 };
const hashing = { salt: bytesToBase64(new Uint8Array(16)), iterations: 4096 };

for (const [name, method] of Object.entries({ anonymous, cookie })) {
  authMethodSuite({
    method,
    name,
    secrets: [],
    // The router welcomes without a challenge.
    admits: () => Promise.resolve(true),
  });
}

authMethodSuite({
  method: ticket,
  name: "ticket",
  secrets: passwords,
  admits: async (exchange, secret) => checkTicket(secret, (await exchange.challenge({ any: 1 })).signature),
});

for (const given of [undefined, salting]) {
  authMethodSuite({
    method: wampcra,
    name: "wampcra",
    secrets: passwords,
    admits: async (exchange, secret) => {
      const challenge = '{"authid":"joe"}';
      const { signature } = await exchange.challenge({ challenge, ...given });
      const key = given === undefined ? secret : await derivedKey(secret, given);
      return checkWampcra(key, challenge, signature);
    },
  });
}

/** Plays the router until WELCOME. Returns the details of WELCOME, or nothing if the client has not proved that it knows the password. */
async function playScram(
  variant: ScramVariant,
  exchange: AuthExchange,
  secret: string,
  given: Hashing = hashing,
): Promise<Dict | undefined> {
  const clientNonce = String(exchange.hello.authextra?.["nonce"]);
  const asked = { nonce: `${clientNonce}server`, ...given };
  const kdf = given.kdf === "argon2id" ? variant.argon2id : "pbkdf2";
  const { signature, extra } = await exchange.challenge({ memory: null, ...asked, kdf });
  expect(extra).toEqual({ nonce: asked.nonce, channel_binding: null, cbind_data: null });
  const keys = await scramKeys(variant, secret, given, bundledAlgorithms);
  const verifier = await checkScram(variant, keys, { authid: "joe", clientNonce, ...asked }, signature);
  return verifier === undefined ? undefined : { authextra: { [variant.verifier]: verifier } };
}

const byArgon2 = { ...hashing, kdf: "argon2id", iterations: 1, memory: 8192 } as const;
for (const variant of [wampScram, crossbarScram])
  for (const given of [hashing, byArgon2]) {
    authMethodSuite({
      method: scram(variant, bundledAlgorithms),
      name: variant.method,
      secrets: given === hashing ? passwords : passwords.slice(0, 2),
      admits: async (exchange, secret) => {
        const welcome = await playScram(variant, exchange, secret, given);
        if (welcome === undefined) return false;
        exchange.welcome?.(welcome);
        return true;
      },
    });
  }

// The vectors of the specification (WAMP, "Cryptosign-based Authentication", "Test Vectors") without channel binding.
const signed = [
  {
    seed: "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510",
    challenge: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    signature:
      "b32675b221f08593213737bef8240e7c15228b07028e19595294678c90d11c0cae80a357331bfc5cc9fb71081464e6e75013517c2cf067ad566a6b7b728e5d03",
  },
  {
    seed: "d511fe78e23934b3dadb52fcd022974b80bd92bccc7c5cf404e46cc0a8a2f5cd",
    challenge: "b26c1f87c13fc1da14997f1b5a71995dff8fbe0a62fae8473c7bdbd05bfb607d",
    signature:
      "d4209ad10d5aff6bfbc009d7e924795de138a63515efc7afc6b01b7fe5201372190374886a70207b042294af5bd64ce725cd8dceb344e6d11c09d1aaaf4d660f",
  },
  {
    seed: "6e1fde9cf9e2359a87420b65a87dc0c66136e66945196ba2475990d8a0c3a25b",
    challenge: "b05e6b8ad4d69abf74aa3be3c0ee40ae07d66e1895b9ab09285a2f1192d562d2",
    signature:
      "7beb282184baadd08f166f16dd683b39cab53816ed81e6955def951cb2ddad1ec184e206746fd82bda075af03711d3d5658fc84a76196b0fa8d1ebc92ef9f30b",
  },
];

/** Returns the public key that an exchange with this seed announces. */
async function publicKeyOf(seed: string): Promise<string> {
  const exchange = cryptosign({ secret: () => Promise.resolve(seed) });
  await exchange.prepare();
  return String(exchange.hello.authextra?.["pubkey"]);
}

authMethodSuite({
  method: cryptosign,
  name: "cryptosign",
  secrets: signed.map(({ seed }) => seed),
  admits: async (exchange, secret) => {
    const challenge = "0f".repeat(32);
    const { signature } = await exchange.challenge({ challenge, channel_binding: null });
    return checkCryptosign(await publicKeyOf(secret), challenge, signature);
  },
});

/** Returns an exchange with this secret that is prepared. */
async function prepared(method: typeof ticket, secret: string): Promise<AuthExchange> {
  const exchange = method({ authid: "joe", secret: () => Promise.resolve(secret) });
  await exchange.prepare();
  return exchange;
}

describe("ticket", () => {
  it("answers any challenge with the ticket and nothing else", async () => {
    const exchange = await prepared(ticket, "s€cret");
    expect(await exchange.challenge({ any: 1 })).toEqual({ signature: "s€cret", extra: {} });
  });

  it.each([
    ["secret", ""],
    ["secret", "secre"],
    ["secret", "secret "],
    ["secret", "Secret"],
    ["secret", "secreu"],
    ["secret", "secretsecret"],
    ["", "x"],
    ["\0", "\0\0"],
    ["x", ""],
  ])("%j is not passed by %j", (expected, signature) => {
    expect(checkTicket(expected, signature)).toBe(false);
  });
});

describe("anonymous", () => {
  it("refuses a challenge", async () => {
    const exchange = anonymous({ secret: () => Promise.resolve("") });
    await expect(exchange.challenge({})).rejects.toThrow("anonymous");
  });
});

describe("wampcra", () => {
  const challenge = '{ "nonce": "LHRTC9zeOIrt_9U3", "authid": "péter", "session": 3251278072152162 }';

  it("signs the challenge as it is, with HMAC-SHA256 in Base64", async () => {
    const exchange = await prepared(wampcra, "s€cret");
    const expected = createHmac("sha256", "s€cret").update(challenge).digest("base64");
    expect(await exchange.challenge({ challenge })).toEqual({ signature: expected, extra: {} });
  });

  it("signs with the derived key, in Base64, if there is a salt; 1,000 rounds and 32 bytes unless the router says otherwise", async () => {
    const exchange = await prepared(wampcra, "secret!!!");
    const key = "vFaIVVSlcmhP/L4VrR7DGmjzcEuKZ1xGPVvJqhhWa4o=";
    const expected = createHmac("sha256", key).update(challenge).digest("base64");
    for (const extra of [salting, { salt: "salt123" }])
      expect((await exchange.challenge({ challenge, ...extra })).signature).toBe(expected);
  });

  // The bytes are those of connectanum 3.0.0-beta (packages/connectanum_core/lib/src/authentication/cra_authentication.dart).
  it("@G27 signs with the password in Base64 if the application says so, unless the router salts it", async () => {
    const claim = { authid: "joe", secret: () => Promise.resolve("s€cret"), unsaltedKey: "base64" } as const;
    const exchange = wampcra(claim);
    await exchange.prepare();
    const key = Buffer.from("s€cret").toString("base64");
    const expected = createHmac("sha256", key).update(challenge).digest("base64");
    expect((await exchange.challenge({ challenge })).signature).toBe(expected);
    const plain = await prepared(wampcra, "s€cret");
    expect(await exchange.challenge({ challenge, ...salting })).toEqual(
      await plain.challenge({ challenge, ...salting }),
    );
  });

  it("takes a salt of null or of nothing for none", async () => {
    const exchange = await prepared(wampcra, "s€cret");
    const plain = await exchange.challenge({ challenge });
    for (const salt of [null, ""])
      expect(await exchange.challenge({ challenge, salt, iterations: null, keylen: null })).toEqual(plain);
  });

  it.each([
    [{}, "challenge in the router's challenge must be a string, got something unreadable"],
    [{ challenge: 7 }, "challenge in the router's challenge must be a string, got 7"],
    [{ challenge, salt: 7 }, "salt in the router's challenge must be a string, got 7"],
    [
      { challenge, salt: "x", iterations: 0 },
      "iterations in the router's challenge must be a whole number from 1 to 10000000, got 0",
    ],
    [
      { challenge, salt: "x", iterations: 1e9 },
      "iterations in the router's challenge must be a whole number from 1 to 10000000, got 1000000000",
    ],
    [
      { challenge, salt: "x", keylen: 1.5 },
      "keylen in the router's challenge must be a whole number from 1 to 1024, got 1.5",
    ],
  ])("refuses the challenge %j", async (extra, message) => {
    const exchange = await prepared(wampcra, "s€cret");
    await expect(exchange.challenge(extra)).rejects.toThrow(new Error(message));
  });
});

describe("SCRAM", () => {
  const salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
  const clientNonce = "rOprNGfwEbeRWgbNEkqO";
  const nonce = `${clientNonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0`;

  it("has the proof and the router's signature of RFC 7677", async () => {
    const asked = { salt, iterations: 4096 };
    const keys = await scramKeys(wampScram, "pencil", asked, bundledAlgorithms);
    const exchange = { authid: "user", clientNonce, nonce, ...asked };
    const proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    expect(await checkScram(wampScram, keys, exchange, proof)).toBe(
      "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );
    for (const other of ["", "AAAA", "not Base64!", bytesToBase64(new Uint8Array(32))])
      expect(await checkScram(wampScram, keys, exchange, other)).toBeUndefined();
  });

  it("has a nonce of 24 random bytes of its own in each exchange", async () => {
    const nonces = await Promise.all(
      [1, 2].map(
        async () => (await prepared(scram(wampScram, bundledAlgorithms), "x")).hello.authextra?.["nonce"],
      ),
    );
    expect(new Set(nonces).size).toBe(2);
    expect(bytesFromBase64(String(nonces[0]))).toHaveLength(24);
  });

  it.each([wampScram, crossbarScram])(
    "@G27 has no session with a router that cannot prove that it knows the password: $method",
    async (variant) => {
      const exchange = await prepared(scram(variant, bundledAlgorithms), "s€cret");
      const unproven = new Error(
        "the router has not proved that it knows the password, so it may be another one",
      );
      expect(() => exchange.welcome?.({})).toThrow(unproven);
      const welcome = await playScram(variant, exchange, "s€cret");
      const verifier = String((welcome?.["authextra"] as Dict)[variant.verifier]);
      for (const given of [undefined, null, 7, "", "v=", `x${verifier}`, bytesToBase64(new Uint8Array(32))])
        expect(() => exchange.welcome?.({ authextra: { [variant.verifier]: given } })).toThrow(unproven);
      for (const authextra of [undefined, null, "text"])
        expect(() => exchange.welcome?.({ authextra })).toThrow(unproven);
      // As the example of the specification writes it.
      exchange.welcome?.({ authextra: { [variant.verifier]: `v=${verifier}` } });
    },
  );

  it.each([
    [{ nonce: "other" }, "the nonce in the router's challenge does not continue the one of this session"],
    [{ nonce: "own" }, "the nonce in the router's challenge does not continue the one of this session"],
    [
      { kdf: "bcrypt" },
      'the router asks for the key derivation "bcrypt", and "pbkdf2" and "argon2id13" are supported',
    ],
    [
      { kdf: "argon2id13", iterations: 1, memory: 1024 },
      "memory times iterations in the router's challenge must be a whole number from 8192 to 4194304, got 1024",
    ],
    [
      { kdf: "argon2id13", iterations: 4096, memory: 4096 },
      "memory times iterations in the router's challenge must be a whole number from 8192 to 4194304, got 16777216",
    ],
    [
      { kdf: "argon2id13", iterations: 1, memory: 262_145 },
      "memory in the router's challenge must be a whole number from 8 to 262144, got 262145",
    ],
    [
      { kdf: "argon2id13" },
      "memory in the router's challenge must be a whole number from 8 to 262144, got something unreadable",
    ],
    [
      { iterations: 4095 },
      "iterations in the router's challenge must be a whole number from 4096 to 10000000, got 4095",
    ],
    [
      { iterations: undefined },
      "iterations in the router's challenge must be a whole number from 4096 to 10000000, got something unreadable",
    ],
    [{ salt: "not Base64!" }, "salt in the router's challenge must be Base64"],
  ])("@G27 refuses a challenge with %j", async (wrong, message) => {
    const exchange = await prepared(scram(wampScram, bundledAlgorithms), "s€cret");
    const own = String(exchange.hello.authextra?.["nonce"]);
    const extra: Dict = { nonce: `${own}more`, kdf: "pbkdf2", ...hashing, ...wrong };
    const isOwn = extra["nonce"] === "own";
    await expect(exchange.challenge(isOwn ? { ...extra, nonce: own } : extra)).rejects.toThrow(
      new Error(message),
    );
  });
});

describe("SASLprep", () => {
  // The examples of RFC 4013, section 3.
  it.each([
    ["I\u00adX", "IX"],
    ["user", "user"],
    ["USER", "USER"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
    ["pass\u00a0word", "pass word"],
  ])("%j becomes %j", (text, expected) => {
    expect(saslprep(text, "password")).toBe(expected);
  });

  it.each([["\u0007"], ["\u0627\u0031"], ["a\u0627"], ["\ue000"], ["\ud800"]])(
    "prohibits %j, without quoting it",
    (text) => {
      expect(() => saslprep(text, "password")).toThrow(/^the password .* SASLprep \(RFC 4013\) prohibits$/);
    },
  );
});

describe("cryptosign", () => {
  it.each(signed)("has the signature of the specification's vector: $seed", async (vector) => {
    const { seed, challenge, signature } = vector;
    const exchange = await prepared(cryptosign, seed);
    expect(await exchange.challenge({ challenge })).toEqual({ signature: signature + challenge, extra: {} });
  });

  it("takes the seed in hexadecimal digits or in Base64", async () => {
    const [{ seed = "" } = {}] = signed;
    const bytes = Uint8Array.from(seed.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const keys = [seed, seed.toUpperCase(), ` ${seed}\n`, bytesToBase64(bytes)].map(publicKeyOf);
    expect(new Set(await Promise.all(keys)).size).toBe(1);
  });

  it.each([[""], ["00"], ["x".repeat(64)], [bytesToBase64(new Uint8Array(31))]])(
    "rejects the private key %j, without quoting it",
    async (secret) => {
      await expect(prepared(cryptosign, secret)).rejects.toMatchObject({
        message:
          "the private key must be the 32 bytes of its seed, as 64 hexadecimal digits or in Base64; importKey of wamp-mux/keys reads PKCS#8 and OpenSSH",
        obstacle: { name: "KeyError", fields: { reason: "format" } },
      });
    },
  );

  it.each([[""], ["00"], ["x".repeat(64)]])("refuses the challenge %j", async (challenge) => {
    const exchange = await prepared(cryptosign, signed[0]?.seed ?? "");
    await expect(exchange.challenge({ challenge })).rejects.toThrow(
      new Error("challenge in the router's challenge must be 64 hexadecimal digits"),
    );
  });

  it("is not proved by a signature of another challenge, nor by anything else", async () => {
    const [{ seed = "", challenge = "", signature = "" } = {}] = signed;
    const key = await publicKeyOf(seed);
    expect(await checkCryptosign(key, challenge, signature + challenge)).toBe(true);
    const others = ["", "xyz", signature, `${signature}${"00".repeat(32)}`, `${"00".repeat(64)}${challenge}`];
    for (const other of others) expect(await checkCryptosign(key, challenge, other)).toBe(false);
    expect(await checkCryptosign(key, "00".repeat(32), signature + challenge)).toBe(false);
    expect(await checkCryptosign("00", challenge, signature + challenge)).toBe(false);
  });
});
