import { expect, it } from "vitest";
import { memoryRouter } from "../testing/memory-router.js";

const invalid = ["", "com..topic", "com.my topic", "com.#.topic", ".com", "com."];

it.each(invalid)("answers the invalid URI %j with ERROR invalid_uri, and keeps the session", async (uri) => {
  const router = memoryRouter();
  const client = await router.join();
  for (const [code, options] of [
    [32, {}],
    [64, {}],
    [48, {}],
    [16, { acknowledge: true }],
  ] as const) {
    const answer = await client.ask(code, options, uri);
    expect(answer.slice(0, 2)).toEqual([8, code]);
    expect(answer[4]).toBe("wamp.error.invalid_uri");
  }
  expect(await client.unread()).toEqual([]);
});

it("does not answer an unacknowledged publication with an invalid topic", async () => {
  const router = memoryRouter();
  const client = await router.join();
  client.request(16, {}, "com..topic");
  expect(await client.unread()).toEqual([]);
});

it("accepts empty URI components where the match policy gives them a meaning", async () => {
  const router = memoryRouter();
  const client = await router.join();
  expect((await client.ask(32, { match: "wildcard" }, "com..topic"))[0]).toBe(33);
  expect((await client.ask(32, { match: "prefix" }, "com."))[0]).toBe(33);
  expect((await client.ask(32, { match: "prefix" }, ""))[0]).toBe(33);
  expect((await client.ask(64, { match: "wildcard" }, "com..add"))[0]).toBe(65);
  expect((await client.ask(32, { match: "prefix" }, "com..topic"))[4]).toBe("wamp.error.invalid_uri");
});

it("refuses wamp. URIs in REGISTER and PUBLISH, but not in SUBSCRIBE", async () => {
  const router = memoryRouter();
  const client = await router.join();
  expect((await client.ask(64, {}, "wamp.session.count"))[4]).toBe("wamp.error.invalid_uri");
  expect((await client.ask(64, { match: "prefix" }, "wamp."))[4]).toBe("wamp.error.invalid_uri");
  expect((await client.ask(16, { acknowledge: true }, "wamp.session.on_join"))[4]).toBe(
    "wamp.error.invalid_uri",
  );
  expect((await client.ask(32, {}, "wamp.session.on_join"))[0]).toBe(33);
});
