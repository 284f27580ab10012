import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const topic = "com.example.topic";

it("sends the last retained event directly after SUBSCRIBED to a subscriber that requests it", async () => {
  const router = memoryRouter();
  const [publisher, subscriber] = [await router.join(), await router.join()];
  await publisher.ask(16, { acknowledge: true, retain: true }, topic, [1]);
  const [, , publication] = await publisher.ask(16, { acknowledge: true, retain: true }, topic, [2], {
    k: 1,
  });
  await publisher.ask(16, { acknowledge: true }, topic, [3]);
  const request = subscriber.request(32, { get_retained: true }, topic);
  const [subscribed, ...events] = await subscriber.unread();
  expect(subscribed?.slice(0, 2)).toEqual([33, request]);
  expect(events).toEqual([[36, subscribed?.[2], publication, { retained: true }, [2], { k: 1 }]]);
});

it("sends the retained event again on a repeated SUBSCRIBE, and only on request", async () => {
  const router = memoryRouter();
  const client = await router.join();
  await client.ask(16, { acknowledge: true, retain: true }, topic);
  for (const get_retained of [true, false, true]) client.request(32, { get_retained }, topic);
  expect((await client.unread()).map(([code]) => code)).toEqual([33, 36, 33, 33, 36]);
});

it("sends a pattern subscriber the retained event of every topic that matches, with its topic", async () => {
  const router = memoryRouter();
  const client = await router.join();
  for (const name of ["com.a", "com.b", "org.c"]) client.request(16, { retain: true }, name);
  client.request(32, { get_retained: true, match: "prefix" }, "com");
  const [, ...events] = await client.unread();
  expect(events.map((event) => event[3])).toEqual([
    { topic: "com.a", retained: true },
    { topic: "com.b", retained: true },
  ]);
});

it("withholds a retained event from subscribers for which it was not meant", async () => {
  const router = memoryRouter();
  const [joe, sue] = [await router.join({ authid: "joe" }), await router.join({ authid: "sue" })];
  await joe.ask(16, { acknowledge: true, retain: true, eligible_authid: ["joe"] }, topic);
  for (const client of [joe, sue]) client.request(32, { get_retained: true }, topic);
  expect((await joe.unread()).map(([code]) => code)).toEqual([33, 36]);
  expect((await sue.unread()).map(([code]) => code)).toEqual([33]);
});

it("sends the retained event before SUBSCRIBED under that fault", async () => {
  const router = memoryRouter();
  const client = await router.join();
  await client.ask(16, { acknowledge: true, retain: true }, topic);
  const takeBack = router.faults.retainedBeforeSubscribed(true);
  client.request(32, { get_retained: true }, topic);
  expect((await client.unread()).map(([code]) => code)).toEqual([36, 33]);
  takeBack();
  client.request(32, { get_retained: true }, topic);
  expect((await client.unread()).map(([code]) => code)).toEqual([33, 36]);
});
