import { expect, it } from "vitest";
import type { RouterOptions } from "../server/options.js";
import { fullRoles } from "../testing/raw-client.js";
import { memoryRouter } from "../testing/memory-router.js";

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

it("takes the client's first method that the router offers", async () => {
  const both = { auth: { tickets } };
  const first = await hello(both, { authmethods: ["wampcra", "ticket", "anonymous"], authid: "joe" });
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
