import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const topic = "com.example.topic";

it("has one subscription id per topic and match policy, for every session and every repetition", async () => {
  const router = memoryRouter();
  const [one, two] = [await router.join(), await router.join()];
  const [, , id] = await one.ask(32, {}, topic);
  expect((await one.ask(32, {}, topic))[2]).toBe(id);
  expect((await two.ask(32, { match: "exact" }, topic))[2]).toBe(id);
  expect((await two.ask(32, { match: "prefix" }, topic))[2]).not.toBe(id);
  expect((await two.ask(32, {}, "com.example.other"))[2]).not.toBe(id);
});

it("sends one EVENT to a session that subscribed twice", async () => {
  const router = memoryRouter();
  const [publisher, subscriber] = [await router.join(), await router.join()];
  await subscriber.ask(32, {}, topic);
  await subscriber.ask(32, {}, topic);
  await publisher.ask(16, { acknowledge: true }, topic);
  expect(await subscriber.unread()).toHaveLength(1);
});

it("ends a repeated subscription with one UNSUBSCRIBE", async () => {
  const router = memoryRouter();
  const [publisher, subscriber] = [await router.join(), await router.join()];
  await subscriber.ask(32, {}, topic);
  const [, , id] = await subscriber.ask(32, {}, topic);
  const request = subscriber.request(34, id);
  expect(await subscriber.next()).toEqual([35, request]);
  await publisher.ask(16, { acknowledge: true }, topic);
  expect(await subscriber.unread()).toEqual([]);
  expect((await subscriber.ask(34, id))[4]).toBe("wamp.error.no_such_subscription");
});

it("refuses to end the subscription of another session", async () => {
  const router = memoryRouter();
  const [owner, other] = [await router.join(), await router.join()];
  const [, , id] = await owner.ask(32, {}, topic);
  expect((await other.ask(34, id)).slice(0, 2)).toEqual([8, 34]);
  await other.ask(16, { acknowledge: true }, topic);
  expect(await owner.unread()).toHaveLength(1);
});

it("makes a new subscription after the last subscriber has left", async () => {
  const router = memoryRouter();
  const client = await router.join();
  const [, , first] = await client.ask(32, {}, topic);
  await client.ask(34, first);
  expect((await client.ask(32, {}, topic))[2]).not.toBe(first);
});

it.each([
  ["exact", "com.example.a", ["com.example.a"]],
  ["prefix", "com.example", ["com.example.a", "com.example.a.b", "com.examples"]],
  ["wildcard", "com..a", ["com.example.a", "com.other.a"]],
])("delivers the matching events to a %s subscription of %s", async (match, pattern, expected) => {
  const router = memoryRouter();
  const [publisher, subscriber] = [await router.join(), await router.join()];
  await subscriber.ask(32, { match }, pattern);
  for (const published of [
    "com.example.a",
    "com.example.a.b",
    "com.examples",
    "com.other.a",
    "org.example.a",
  ]) {
    await publisher.ask(16, { acknowledge: true }, published, [published]);
  }
  const events = await subscriber.unread();
  expect(events.flatMap((event) => event[4])).toEqual(expected);
  expect(events.map((event) => event[3])).toEqual(
    match === "exact" ? [{}] : expected.map((published) => ({ topic: published })),
  );
});

it("sends one EVENT per matching subscription, all with the publication id of PUBLISHED", async () => {
  const router = memoryRouter();
  const [publisher, subscriber] = [await router.join(), await router.join()];
  const [, , exact] = await subscriber.ask(32, {}, topic);
  const [, , prefix] = await subscriber.ask(32, { match: "prefix" }, "com");
  const [, , wildcard] = await subscriber.ask(32, { match: "wildcard" }, "..topic");
  const [, , publication] = await publisher.ask(16, { acknowledge: true }, topic, [1], { k: 2 });
  expect(await subscriber.unread()).toEqual([
    [36, exact, publication, {}, [1], { k: 2 }],
    [36, prefix, publication, { topic }, [1], { k: 2 }],
    [36, wildcard, publication, { topic }, [1], { k: 2 }],
  ]);
});

it("removes the subscriptions of a session that was lost", async () => {
  const router = memoryRouter();
  const [publisher, subscriber] = [await router.join(), await router.join()];
  await publisher.ask(32, {}, "wamp.session.on_leave");
  const [, , id] = await subscriber.ask(32, {}, topic);
  subscriber.vanish();
  await publisher.next();
  expect((await publisher.ask(32, {}, topic))[2]).not.toBe(id);
});
