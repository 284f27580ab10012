import { argon2id as library } from "@noble/hashes/argon2.js";
import { expect, it } from "vitest";
import { argon2id } from "./argon2.js";
import { bundledAlgorithms } from "./bundled-algorithms.js";
import { bytesToBase64 } from "../protocol/base64.js";
import { countedAlgorithms } from "./counted-algorithms.suite.js";
import { bytesFromHex, bytesToHex } from "./hex.js";
import { crossbarScram, wampScram } from "./scram-hash.js";
import { checkScram, scramKeys } from "./scram.js";
import { utf8 } from "./webcrypto.js";

it("has the tag of RFC 9106, 5.3", () => {
  const [password, salt, key, personalization] = [32, 16, 8, 12].map((length, index) =>
    new Uint8Array(length).fill(index + 1),
  );
  const cost = { t: 3, m: 32, p: 4, dkLen: 32 };
  const tag = library(password ?? "", salt ?? "", {
    ...cost,
    ...(key && { key }),
    ...(personalization && { personalization }),
  });
  expect(bytesToHex(tag)).toBe("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
});

// Of argon2-cffi 25.1 (the reference implementation in C), as Autobahn|Python calls it.
it("has the hash of another implementation, and Crossbar.io's keys of it", async () => {
  const salt = bytesFromHex("ad73597b8d9a3d82892bfb0eef456d0c") ?? new Uint8Array();
  const cost = { iterations: 2, memory: 8192 };
  const hash = await argon2id(utf8("secret!!!"), salt, cost);
  expect(bytesToBase64(hash)).toBe("UxpA3trHCiH2LrwB0T0yif4hrVMI+/W6qLUB/iT9EfI=");
  const asked = { kdf: "argon2id", salt: bytesToBase64(salt), ...cost } as const;
  const { storedKey, serverKey } = await scramKeys(crossbarScram, "secret!!!", asked, bundledAlgorithms);
  expect([storedKey, serverKey].map(bytesToHex)).toEqual([
    "ac6d098d30a1207c76863dde42b372a72a96a7e90449f6601447b19e8ae8e4fa",
    "689f08af58de9f4f28df8e0b4fefaa9c3a33a2dc424ff196d90f95ef3e0e0e64",
  ]);
});

it("leaves other work its turn", async () => {
  const order: string[] = [];
  const deriving = argon2id(utf8("password"), utf8("somesalt"), { iterations: 4, memory: 8192 });
  setTimeout(() => order.push("task"));
  await deriving;
  order.push("derived");
  expect(order).toEqual(["task", "derived"]);
});

// As connectanum has it in its tests (packages/connectanum_core/test/authentication/scram_authentication_test.dart, 3.0.0-beta).
it("makes the proof of another client of the specification", { timeout: 60_000 }, async () => {
  const asked = { kdf: "argon2id", salt: "W22ZaJ0SNY7soEsUEjb6gQ==", iterations: 4096, memory: 100 } as const;
  const keys = await scramKeys(wampScram, "pencil", asked, bundledAlgorithms);
  const clientNonce = "rOprNGfwEbeRWgbNEkqO";
  const nonce = `${clientNonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0`;
  const exchange = { authid: "user", clientNonce, nonce, ...asked };
  const proof = "b8qnNPK25OveSr9H7LVV1tcZqyICZe2DLammvNEDJwg=";
  expect(await checkScram(wampScram, keys, exchange, proof)).toBeDefined();
});

it("is loaded only for a challenge that asks for it", async () => {
  const { algorithms, loaded } = countedAlgorithms();
  const salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
  await scramKeys(wampScram, "pencil", { salt, iterations: 4096 }, algorithms);
  expect(loaded).toEqual([]);
  const asked = { kdf: "argon2id", salt, iterations: 1, memory: 8192 } as const;
  await scramKeys(crossbarScram, "pencil", asked, algorithms);
  expect(loaded).toEqual(["argon2id"]);
});
