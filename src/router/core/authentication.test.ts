import { expect, it } from "vitest";
import { createAuthMethods } from "../../auth/auth-methods.js";
import { bundledAlgorithms } from "../../auth/bundled-algorithms.js";
import type { Dict } from "../../protocol/dict.js";
import type { RouterOptions } from "../server/options.js";
import { fullRoles } from "../testing/raw-client.js";
import { memoryRouter } from "../testing/memory-router.js";

const authMethods = createAuthMethods(bundledAlgorithms);

const tickets = { joe: "secret" };

async function hello(options: RouterOptions, details: Record<string, unknown>) {
  const router = memoryRouter(options);
  const client = router.connect();
  client.send(1, "realm1", { roles: fullRoles, ...details });
  return { router, client, answer: await client.next() };
}

it("admits a ticket after CHALLENGE and AUTHENTICATE", async () => {
  const { router, client, answer } = await hello(
    { auth: { tickets } },
    { authmethods: ["ticket"], authid: "joe" },
  );
  expect(answer).toEqual([4, "ticket", {}]);
  expect(router.sessions()).toEqual([]);
  client.send(5, "secret", {});
  const [code, id, details] = await client.next();
  expect(code).toBe(2);
  expect(details).toMatchObject({ authid: "joe", authrole: "user", authmethod: "ticket" });
  expect(router.sessions()).toEqual([{ id, realm: "realm1", authid: "joe" }]);
});

it("aborts a wrong ticket with authentication_failed", async () => {
  const { client } = await hello({ auth: { tickets } }, { authmethods: ["ticket"], authid: "joe" });
  client.send(5, "Secret", {});
  expect(await client.next()).toEqual([
    3,
    { message: "the ticket is wrong" },
    "wamp.error.authentication_failed",
  ]);
  expect(await client.closed).toBe(1000);
});

it.each([["sue"], [undefined], ["__proto__"]])(
  "ABORTs the authid %j, which has no ticket",
  async (authid) => {
    const { answer } = await hello({ auth: { tickets } }, { authmethods: ["ticket"], authid });
    expect([answer[0], answer[2]]).toEqual([3, "wamp.error.no_such_principal"]);
  },
);

const password = "s€cret";
const byArgon2 = { password, kdf: "argon2id13", iterations: 1, memory: 8192 } as const;
const seed = "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510";
const PUBLIC_KEY = "1adfc8bfe1d35616e64dffbd900096f23b066f914c8c2ffbb66f6075b96e116d";
const publicKey = "aa8db5480b35d47a6f5b8729f3fdbe1aaf55e485713cf7d524a091d609c8c9cd";

it.each([
  ["wampcra", { wampcra: { joe: password } }, password],
  ["wampcra", { wampcra: { joe: { secret: password, salt: "salt" } } }, password],
  ["wamp-scram", { scram: { joe: password } }, password],
  ["scram", { scram: { joe: password } }, password],
  ["wamp-scram", { scram: { joe: byArgon2 } }, password],
  ["scram", { scram: { joe: byArgon2 } }, password],
  ["cryptosign", { cryptosign: { sue: [publicKey], joe: [PUBLIC_KEY] } }, seed],
] as const)("@G27 admits the owner of an account by %s, and nobody else", async (method, auth, secret) => {
  const wrong = method === "cryptosign" ? "00".repeat(32) : "wrong";
  for (const [given, isRight] of [
    [secret, true],
    [wrong, false],
  ] as const) {
    const exchange = authMethods[method]({ authid: "joe", secret: () => Promise.resolve(given) });
    await exchange.prepare();
    // A wrong key cannot pretend to be the right one.
    const authextra = method === "cryptosign" ? { pubkey: PUBLIC_KEY } : exchange.hello.authextra;
    const { router, client, answer } = await hello(
      { auth },
      { authmethods: [method], authid: "joe", ...(authextra && { authextra }) },
    );
    expect(answer.slice(0, 2)).toEqual([4, method]);
    const { signature, extra } = await exchange.challenge(answer[2] as Dict);
    client.send(5, signature, extra);
    const [code, , details] = await client.next();
    expect(code).toBe(isRight ? 2 : 3);
    expect(router.sessions()).toHaveLength(isRight ? 1 : 0);
    if (!isRight) continue;
    expect(details).toMatchObject({ authid: "joe", authrole: "user", authmethod: method });
    exchange.welcome?.(details as Dict);
  }
});

it.each([
  ["wampcra", {}],
  ["wampcra", { authid: "sue" }],
  ["wamp-scram", { authid: "joe" }],
  ["wamp-scram", { authid: "sue", authextra: { nonce: "x" } }],
  ["cryptosign", { authid: "joe" }],
  ["cryptosign", { authid: "sue", authextra: { pubkey: PUBLIC_KEY } }],
  ["cryptosign", { authextra: { pubkey: "00".repeat(32) } }],
])("ABORTs a HELLO for %s that names nobody who is known: %j", async (method, details) => {
  const accounts = {
    wampcra: { joe: password },
    scram: { joe: password },
    cryptosign: { joe: [PUBLIC_KEY] },
  };
  const { answer } = await hello({ auth: accounts }, { authmethods: [method], ...details });
  expect([answer[0], answer[2]]).toEqual([3, "wamp.error.no_such_principal"]);
});

it("finds the owner of a key without an authid", async () => {
  const exchange = authMethods.cryptosign({ secret: () => Promise.resolve(seed) });
  await exchange.prepare();
  const details = { authmethods: ["cryptosign"], authextra: exchange.hello.authextra };
  const { client, answer } = await hello({ auth: { cryptosign: { joe: [PUBLIC_KEY] } } }, details);
  client.send(5, (await exchange.challenge(answer[2] as Dict)).signature, {});
  expect((await client.next())[2]).toMatchObject({ authid: "joe" });
});

it("answers nothing to a session that is gone when its signature has been judged", async () => {
  const { router, client, answer } = await hello(
    { auth: { wampcra: { joe: password } } },
    { authmethods: ["wampcra"], authid: "joe" },
  );
  const exchange = authMethods.wampcra({ authid: "joe", secret: () => Promise.resolve(password) });
  await exchange.prepare();
  client.send(5, (await exchange.challenge(answer[2] as Dict)).signature, {});
  client.send(3, {}, "wamp.close.normal");
  expect(await client.closed).toBe(1000);
  expect(router.sessions()).toEqual([]);
});

it("takes the client's first method that the router offers", async () => {
  const both = { auth: { tickets } };
  const first = await hello(both, { authmethods: ["odd", 7, "ticket", "anonymous"], authid: "joe" });
  expect(first.answer[0]).toBe(4);
  const second = await hello(both, { authmethods: ["anonymous", "ticket"], authid: "sue" });
  expect(second.answer[2]).toMatchObject({ authmethod: "anonymous", authid: "sue" });
});

it("treats a HELLO without authmethods as anonymous", async () => {
  const { answer } = await hello({}, {});
  expect(answer[2]).toMatchObject({ authmethod: "anonymous" });
});

it.each([
  [{}, { authmethods: ["ticket"], authid: "joe" }],
  [{ auth: { tickets, anonymous: false } }, {}],
  [{ auth: { tickets, anonymous: false } }, { authmethods: ["anonymous"] }],
  [{}, { authmethods: "anonymous" }],
])("aborts with no_matching_auth_method: %j, %j", async (options, details) => {
  const { answer } = await hello(options, details);
  expect([answer[0], answer[2]]).toEqual([3, "wamp.error.no_matching_auth_method"]);
});

it("does not let an anonymous session take an authid that has a ticket", async () => {
  const { answer } = await hello({ auth: { tickets } }, { authid: "joe" });
  expect(answer[2]).toMatchObject({ authid: expect.stringMatching(/^anonymous-/) as string });
});

it("aborts a session that answers CHALLENGE with a message other than AUTHENTICATE", async () => {
  const { client } = await hello({ auth: { tickets } }, { authmethods: ["ticket"], authid: "joe" });
  client.request(32, {}, "com.example.topic");
  expect((await client.next())[2]).toBe("wamp.error.protocol_violation");
});

it.each(["\0bad", "a\ud800", ""])(
  "gives a session another authid than %j, which is no text",
  async (authid) => {
    const client = memoryRouter().connect();
    client.send(1, "realm1", { roles: { caller: {} }, authid });
    expect((await client.next())[2]).toMatchObject({
      authid: expect.stringMatching(/^anonymous-/) as string,
    });
  },
);
