import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import type { RouterOptions } from "./options.js";
import { socketRouter } from "../testing/socket-router.js";

const auth = { tickets: { joe: "secret" } };

/** Sends HELLO with a cookie; returns the router's answers, and the cookie that it has set. */
async function hello(
  url: string,
  cookie: string | undefined,
  details: object,
  { realm = "realm1", ticket = "" } = {},
) {
  const socket = new WebSocket(url, "wamp.2.json", cookie === undefined ? {} : { headers: { cookie } });
  const upgraded = once(socket, "upgrade") as Promise<[IncomingMessage]>;
  const answer = async () => JSON.parse(String((await once(socket, "message"))[0])) as unknown[];
  try {
    await once(socket, "open");
    socket.send(JSON.stringify([1, realm, { roles: { caller: {} }, ...details }]));
    let last = await answer();
    if (ticket !== "") {
      socket.send(JSON.stringify([5, ticket, {}]));
      last = await answer();
    }
    return { answer: last, set: (await upgraded)[0].headers["set-cookie"]?.[0] };
  } finally {
    const closed = once(socket, "close");
    socket.close();
    await closed;
  }
}

const ticket = { authmethods: ["cookie", "ticket"], authid: "joe" };
const withCookie = { authmethods: ["cookie"] };

async function login(options: RouterOptions = {}) {
  const router = await socketRouter({ auth, cookies: true, ...options });
  const { answer, set = "" } = await hello(router.url, undefined, ticket, { ticket: "secret" });
  expect(answer).toMatchObject([2, expect.any(Number), { authid: "joe", authmethod: "ticket" }]);
  return { router, cookie: set.split(";")[0] };
}

it("@G27 admits a browser that has logged in by its cookie, and sets it once", async () => {
  const { router, cookie } = await login();

  const { answer, set } = await hello(router.url, `a=b; ${cookie}; c=d`, withCookie);

  expect(answer).toEqual([
    2,
    expect.any(Number),
    expect.objectContaining({ authid: "joe", authrole: "user", authmethod: "cookie" }),
  ]);
  expect(set).toBeUndefined();
});

it.each([
  ["no cookie", () => undefined, withCookie],
  ["another cookie", () => "wamp-mux-router=00000000-0000-4000-8000-000000000000", withCookie],
  ["another authid", (cookie: string | undefined) => cookie, { ...withCookie, authid: "sue" }],
] as const)("admits no browser with %s", async (_, sent, details) => {
  const { router, cookie } = await login();
  expect((await hello(router.url, sent(cookie), details)).answer).toMatchObject([
    3,
    {},
    "wamp.error.no_matching_auth_method",
  ]);
});

it("knows a login in its realm only", async () => {
  const { router, cookie } = await login({ realms: ["realm2", "realm1"] });
  const { answer } = await hello(router.url, cookie, withCookie, { realm: "realm2" });
  expect(answer[2]).toBe("wamp.error.no_matching_auth_method");
});

it("does not remember an anonymous session, and sets no cookie unless asked to", async () => {
  const router = await socketRouter({ cookies: true });
  const { set = "" } = await hello(router.url, undefined, {});
  expect(set).toMatch(/^wamp-mux-router=[\da-f-]{36}; Path=\/; HttpOnly; SameSite=Lax$/);
  expect((await hello(router.url, set.split(";")[0], withCookie)).answer[0]).toBe(3);

  const without = await socketRouter({ auth });
  expect((await hello(without.url, undefined, ticket, { ticket: "secret" })).set).toBeUndefined();
});
