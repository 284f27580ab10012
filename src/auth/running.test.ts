import { expect, it } from "vitest";
import type { Argon2id } from "./algorithms.js";
import { createRunning } from "./running.js";
import { crossbarScram } from "./scram-hash.js";
import { scram } from "./scram.js";

it("@G27 a computation is joined by those with the same parameters, as long as it runs", async () => {
  const join = createRunning<number>();
  let computed = 0;
  const compute = () => Promise.resolve((computed += 1));
  const both = Promise.all([join(["a", 1], compute), join(["a", 1], compute), join(["a1"], compute)]);
  expect(await both).toEqual([1, 1, 2]);
  expect(await join(["a", 1], compute)).toBe(3);
  await expect(join(["b"], () => Promise.reject(new Error("no memory")))).rejects.toThrow("no memory");
  expect(await join(["b"], compute)).toBe(4);
});

it("@G27 a connection that follows a slow one does not compute Argon2id beside it", async () => {
  let computing = 0;
  let give: (hash: Uint8Array<ArrayBuffer>) => void = () => undefined;
  const hash = new Promise<Uint8Array<ArrayBuffer>>((resolve) => (give = resolve));
  const argon2id: Argon2id = () => {
    computing += 1;
    return hash;
  };
  const method = scram(crossbarScram, {
    load: (name) => Promise.resolve({ argon2id, ed25519: {} as never }[name]),
  });
  const answers = await Promise.all(
    [1, 2].map(async () => {
      const exchange = method({ authid: "joe", secret: () => Promise.resolve("s3cret") });
      await exchange.prepare();
      const nonce = `${String(exchange.hello.authextra?.["nonce"])}AAAA`;
      const extra = { nonce, kdf: "argon2id-13", salt: "c2FsdA==", iterations: 2, memory: 8192 };
      return { answer: exchange.challenge(extra) };
    }),
  );
  give(new Uint8Array(32));
  for (const { answer } of answers) expect((await answer).signature).toHaveLength(44);
  expect(computing).toBe(1);
});
