import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const topic = "com.example.topic";

it("acknowledges a publication only on request", async () => {
  const router = memoryRouter();
  const client = await router.join();
  client.request(16, {}, topic);
  const acknowledged = client.request(16, { acknowledge: true }, topic);
  const answers = await client.unread();
  expect(answers.map((answer) => answer.slice(0, 2))).toEqual([[17, acknowledged]]);
});

it("excludes the publisher unless exclude_me is false", async () => {
  const router = memoryRouter();
  const client = await router.join();
  await client.ask(32, {}, topic);
  client.request(16, {}, topic, ["without me"]);
  client.request(16, { exclude_me: true }, topic, ["without me"]);
  client.request(16, { exclude_me: false }, topic, ["with me"]);
  expect((await client.unread()).map((event) => event[4])).toEqual([["with me"]]);
});

it("sends PUBLISHED before the publisher's own EVENT", async () => {
  const router = memoryRouter();
  const client = await router.join();
  await client.ask(32, {}, topic);
  client.request(16, { exclude_me: false, acknowledge: true }, topic);
  expect((await client.unread()).map(([code]) => code)).toEqual([17, 36]);
});

it("discloses the publisher on request", async () => {
  const router = memoryRouter();
  const publisher = await router.join({ authid: "joe" });
  const subscriber = await router.join();
  await subscriber.ask(32, {}, topic);
  await publisher.ask(16, { acknowledge: true }, topic);
  await publisher.ask(16, { acknowledge: true, disclose_me: true }, topic);
  expect((await subscriber.unread()).map((event) => event[3])).toEqual([
    {},
    { publisher: publisher.session, publisher_authid: "joe", publisher_authrole: "anonymous" },
  ]);
});

it("keeps the order of a publisher's publications, across topics and in a burst", async () => {
  const router = memoryRouter();
  const [publisher, subscriber] = [await router.join(), await router.join()];
  await subscriber.ask(32, { match: "prefix" }, "com.example");
  const numbers = Array.from({ length: 5_000 }, (_, index) => index);
  for (const number of numbers) publisher.request(16, {}, `com.example.topic${number % 7}`, [number]);
  await publisher.ask(16, { acknowledge: true }, topic, ["end"]);
  expect((await subscriber.unread()).flatMap((event) => event[4])).toEqual([...numbers, "end"]);
});
