import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const procedure = "com.example.add";

it("refuses a second registration with policy single, of another session or the same", async () => {
  const router = memoryRouter();
  const [one, two] = [await router.join(), await router.join()];
  expect((await one.ask(64, {}, procedure))[0]).toBe(65);
  for (const client of [one, two]) {
    for (const options of [{}, { invoke: "single" }, { invoke: "roundrobin" }]) {
      const answer = await client.ask(64, options, procedure);
      expect([answer[1], answer[4]]).toEqual([64, "wamp.error.procedure_already_exists"]);
    }
  }
});

it("accepts the same URI under another match policy", async () => {
  const router = memoryRouter();
  const client = await router.join();
  const ids = new Set<unknown>();
  for (const match of ["exact", "prefix", "wildcard"]) {
    ids.add((await client.ask(64, { match }, procedure))[2]);
  }
  expect(ids.size).toBe(3);
});

it("unregisters, and refuses to end registrations that are not of this session", async () => {
  const router = memoryRouter();
  const [owner, other] = [await router.join(), await router.join()];
  const [, , id] = await owner.ask(64, {}, procedure);
  expect((await other.ask(66, id))[4]).toBe("wamp.error.no_such_registration");
  const request = owner.request(66, id);
  expect(await owner.next()).toEqual([67, request]);
  expect((await owner.ask(66, id))[4]).toBe("wamp.error.no_such_registration");
  expect((await other.ask(48, {}, procedure))[4]).toBe("wamp.error.no_such_procedure");
});

it("removes the registrations of a session that was lost", async () => {
  const router = memoryRouter();
  const [one, two] = [await router.join(), await router.join()];
  await two.ask(32, {}, "wamp.session.on_leave");
  await one.ask(64, {}, procedure);
  one.vanish();
  await two.next();
  expect((await two.ask(64, {}, procedure))[0]).toBe(65);
});

it("revokes all callees on force_reregister, and notifies those that announced revocation", async () => {
  const router = memoryRouter();
  const old = await router.join();
  const ignorant = await router.join({ roles: { callee: {}, caller: {} } });
  const next = await router.join();
  const [, , id] = await old.ask(64, { invoke: "roundrobin" }, procedure);
  await ignorant.ask(64, { invoke: "roundrobin" }, procedure);
  const [code, , newId] = await next.ask(64, { force_reregister: true }, procedure);
  expect(code).toBe(65);
  expect(newId).not.toBe(id);
  expect(await old.unread()).toEqual([[67, 0, { registration: id, reason: "wamp.error.unregistered" }]]);
  expect(await ignorant.unread()).toEqual([]);
  old.request(48, {}, procedure);
  expect((await next.next())[2]).toBe(newId);
});

it.each([
  ["com.example.add.it", "exact"],
  ["com.example.add.that", "longer prefix"],
  ["com.example.other", "prefix"],
  ["org.example.add", "wildcard org.."],
  ["net.example.add", "wildcard ..add"],
])("routes %s to the best match: %s", async (uri, expected) => {
  const router = memoryRouter();
  const client = await router.join();
  const names = new Map<unknown, string>();
  const register = async (name: string, match: string, pattern: string): Promise<void> => {
    names.set((await client.ask(64, { match }, pattern))[2], name);
  };
  await register("wildcard ..add", "wildcard", "..add");
  await register("wildcard org..", "wildcard", "org..");
  await register("prefix", "prefix", "com.example");
  await register("longer prefix", "prefix", "com.example.add");
  await register("exact", "exact", "com.example.add.it");
  client.request(48, {}, uri);
  const [code, , registration, details] = await client.next();
  expect([code, names.get(registration)]).toEqual([68, expected]);
  expect(details).toEqual(expected === "exact" ? {} : { procedure: uri });
});
