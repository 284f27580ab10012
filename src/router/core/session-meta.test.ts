import { expect, it } from "vitest";
import { memoryRouter } from "../testing/memory-router.js";

it("publishes an event when a session joins or leaves", async () => {
  const router = memoryRouter();
  const watcher = await router.join();
  await watcher.ask(32, {}, "wamp.session.on_join");
  await watcher.ask(32, {}, "wamp.session.on_leave");
  const client = await router.join({ authid: "joe" }, "wamp.2.msgpack");
  expect((await watcher.next())[4]).toEqual([
    {
      session: client.session,
      authid: "joe",
      authrole: "anonymous",
      authmethod: "anonymous",
      authprovider: "static",
      transport: { type: "websocket", protocol: "wamp.2.msgpack" },
    },
  ]);
  client.vanish();
  expect((await watcher.next())[4]).toEqual([client.session, "joe", "anonymous"]);
});

it("counts and lists the sessions of the realm, of all roles or of some", async () => {
  const router = memoryRouter({ auth: { tickets: { joe: "1" } } });
  const [one, two] = [await router.join(), await router.join()];
  expect((await one.ask(48, {}, "wamp.session.count"))[3]).toEqual([2]);
  expect((await one.ask(48, {}, "wamp.session.list"))[3]).toEqual([[one.session, two.session]]);
  expect((await one.ask(48, {}, "wamp.session.count", [["user"]]))[3]).toEqual([0]);
  expect((await one.ask(48, {}, "wamp.session.list", [["anonymous"]]))[3]).toEqual([
    [one.session, two.session],
  ]);
  expect((await one.ask(48, {}, "wamp.session.list", ["anonymous"]))[4]).toBe("wamp.error.invalid_argument");
});

it("describes a session, or answers no_such_session", async () => {
  const router = memoryRouter();
  const client = await router.join({ authid: "joe" });
  expect((await client.ask(48, {}, "wamp.session.get", [client.session]))[3]).toEqual([
    expect.objectContaining({ session: client.session, authid: "joe" }),
  ]);
  expect((await client.ask(48, {}, "wamp.session.get", [1]))[4]).toBe("wamp.error.no_such_session");
  expect((await client.ask(48, {}, "wamp.session.get"))[4]).toBe("wamp.error.no_such_session");
});
