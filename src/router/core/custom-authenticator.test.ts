import { expect, it, vi } from "vitest";
import { memoryRouter } from "../testing/memory-router.js";
import { fullRoles } from "../testing/raw-client.js";
import type { CustomMethod } from "./custom-authenticator.js";

const details = {
  authmethods: ["pin"],
  authid: "joe",
  authrole: "admin",
  authextra: { device: 7 },
  _app: "1",
};

/** Sends HELLO to a router with this method. */
function hello(pin: Partial<CustomMethod>, { log = () => undefined }: { log?: (line: string) => void } = {}) {
  const custom = { pin: { challenge: () => ({ salt: "x" }), check: () => true, ...pin } };
  const router = memoryRouter({ auth: { custom }, log });
  const client = router.connect();
  client.send(1, "realm1", { roles: fullRoles, ...details });
  return { router, client };
}

it("@G27 gives a method of the application HELLO, AUTHENTICATE and its challenge, and admits whom it names", async () => {
  const challenge = vi.fn(() => Promise.resolve({ salt: "x" }));
  const check = vi.fn(() => Promise.resolve({ authid: "sue", authrole: "admin", authextra: { until: 9 } }));
  const { router, client } = hello({ challenge, check });

  expect(await client.next()).toEqual([4, "pin", { salt: "x" }]);
  client.send(5, "1234", { device: "d" });

  const [code, , welcome] = await client.next();
  expect(code).toBe(2);
  const identity = { authid: "sue", authrole: "admin", authextra: { until: 9 } };
  expect(welcome).toMatchObject({ ...identity, authmethod: "pin", authprovider: "static" });
  expect(router.sessions()).toMatchObject([{ authid: "sue" }]);
  const sent = { roles: fullRoles, ...details };
  expect(challenge.mock.calls).toEqual([[sent]]);
  expect(check.mock.calls).toEqual([
    [{ signature: "1234", extra: { device: "d" }, challenge: { salt: "x" }, hello: sent }],
  ]);
});

it("admits the authid of HELLO as a user if the method says no more than yes", async () => {
  const { client } = hello({});
  await client.next();
  client.send(5, "1234", {});
  expect((await client.next())[2]).toMatchObject({ authid: "joe", authrole: "user", authmethod: "pin" });
});

it("@G27 refuses a wrong answer, and a principal whom the method does not know", async () => {
  const { client } = hello({ check: ({ signature }) => signature === "1234" });
  await client.next();
  client.send(5, "4321", {});
  expect(await client.next()).toEqual([
    3,
    { message: "the signature is wrong" },
    "wamp.error.authentication_failed",
  ]);
  const stranger = hello({ challenge: () => undefined });
  expect((await stranger.client.next())[2]).toBe("wamp.error.no_such_principal");
});

const broken = (): never => {
  throw new Error("the database is gone, tried 1234");
};
it.each<[string, Partial<CustomMethod>, string]>([
  ["challenge throws", { challenge: broken }, "the database is gone"],
  ["challenge rejects", { challenge: () => Promise.reject(new Error("no disk")) }, "no disk"],
  [
    "challenge returns no object",
    { challenge: () => "x" as never },
    "challenge must return an object, or nothing",
  ],
  ["challenge returns what cannot be sent", { challenge: () => ({ n: 2n ** 70n }) }, ""],
  ["check throws", { check: broken }, "the database is gone"],
  ["check returns no verdict", { check: () => "yes" as never }, "check must return a boolean or an identity"],
  ["check returns an odd authid", { check: () => ({ authid: 7 }) as never }, "check must return an authid"],
  ["check returns an odd authrole", { check: () => ({ authrole: 7 }) as never }, "as documented"],
])("@G15 %s: the session is refused, and the log alone has the reason", async (_, method, reason) => {
  const lines: string[] = [];
  const { router, client } = hello(method, { log: (line) => lines.push(line) });
  let answer = await client.next();
  if (answer[0] === 4) {
    client.send(5, "1234", {});
    answer = await client.next();
  }
  expect(answer).toEqual([
    3,
    { message: "the authenticator has failed" },
    "wamp.error.authentication_failed",
  ]);
  expect(lines.join()).toContain(reason);
  expect(router.sessions()).toEqual([]);
  expect(await client.closed).toBe(1000);
});

it("answers nothing to a session that is gone before the method has answered", async () => {
  let answer: (challenge: object) => void = () => undefined;
  const { router, client } = hello({
    challenge: () => new Promise((resolve) => (answer = resolve as typeof answer)),
  });
  client.send(3, {}, "wamp.close.normal");
  expect(await client.closed).toBe(1000);
  answer({});
  await Promise.resolve();
  expect(router.sessions()).toEqual([]);
});
