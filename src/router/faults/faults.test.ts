import { expect, it } from "vitest";
import type { DevRouter } from "../server/start-router.js";
import { memoryRouter } from "../testing/memory-router.js";
import { socketRouter } from "../testing/socket-router.js";

const topic = "com.example.topic";

/** Makes a round trip on another connection, after which earlier traffic would have been seen. */
async function otherTraffic(router: DevRouter): Promise<void> {
  const answer = await fetch(router.url.replace("ws:", "http:"));
  expect(answer.status).toBe(426);
  await answer.text();
}

it("drops every connection, with the given close code or else 1006", async () => {
  const router = await socketRouter();
  for (const [code, seen] of [
    [undefined, 1006],
    [1012, 1012],
  ] as const) {
    const clients = [await router.join(), await router.join()];
    router.faults.dropAll(code);
    expect(router.sessions()).toEqual([]);
    for (const client of clients) expect(await client.closed).toBe(seen);
  }
  await router.join();
});

it("drops a connection over a request with the URI, of one type or any, until the fault is removed", async () => {
  const router = await socketRouter();
  const takeBack = router.faults.dropOn(topic, "SUBSCRIBE");
  const client = await router.join();
  await client.ask(32, {}, "com.example.other");
  await client.ask(16, { acknowledge: true }, topic);
  client.request(32, {}, topic);
  expect(await client.closed).toBe(1006);
  takeBack();
  const takeAllBack = router.faults.dropOn(topic);
  for (const type of [16, 32, 48, 64]) {
    const victim = await router.join();
    victim.request(type, {}, topic);
    expect(await victim.closed).toBe(1006);
  }
  takeAllBack();
  takeAllBack();
  await (await router.join()).ask(32, {}, topic);
});

it("refuses connections until the fault is removed", async () => {
  const router = await socketRouter();
  const takeBack = router.faults.refuseConnections(true);
  await expect(router.connect()).rejects.toThrow("503");
  expect(router.counts.connections).toBe(0);
  takeBack();
  takeBack();
  await router.join();
});

it("closes connections right after WELCOME until the fault is removed", async () => {
  const router = await socketRouter();
  const takeBack = router.faults.expelWelcomed(true);
  const client = await router.join();
  expect(await client.closed).toBe(1000);
  expect([router.sessions(), router.counts.hellos]).toEqual([[], 1]);
  takeBack();
  await (await router.join()).ask(32, {}, topic);
});

it("reads and sends nothing and accepts no connection while stalled, and then continues where it stopped", async () => {
  const router = await socketRouter();
  const client = await router.join();
  await client.ask(32, {}, topic);
  router.resetCounts();
  const takeBack = router.faults.stall(true);
  const answer = client.ask(16, { acknowledge: true, exclude_me: false }, topic, [1]);
  const late = router.join();
  await otherTraffic(router);
  expect(router.counts).toMatchObject({ connections: 0, hellos: 0 });
  expect(router.counts.received.PUBLISH).toBe(0);
  takeBack();
  expect((await answer)[0]).toBe(17);
  expect((await client.next())[4]).toEqual([1]);
  await late;
});

it("queues outgoing messages while stalled, in order", async () => {
  const router = await socketRouter();
  const client = await router.join();
  const takeBack = router.faults.stall(true);
  router.faults.sendRaw("[36,1,1,{}]");
  router.faults.sendRaw("[36,2,2,{}]");
  await otherTraffic(router);
  expect(client.waiting).toBe(0);
  takeBack();
  expect([await client.next(), await client.next()]).toEqual([
    [36, 1, 1, {}],
    [36, 2, 2, {}],
  ]);
});

it("notices that a client has vanished only after a stall", async () => {
  const router = await socketRouter();
  const [client, watcher] = [await router.join(), await router.join()];
  await watcher.ask(32, {}, "wamp.session.on_leave");
  const takeBack = router.faults.stall(true);
  client.vanish();
  await otherTraffic(router);
  expect(router.counts.open).toBe(2);
  expect(router.sessions()).toHaveLength(2);
  takeBack();
  expect((await watcher.next())[0]).toBe(36);
  expect(router.sessions()).toHaveLength(1);
});

it("drops a connection whose client has vanished during a stall", async () => {
  const router = await socketRouter();
  const client = await router.join();
  router.faults.stall(true);
  client.vanish();
  await otherTraffic(router);
  router.faults.dropAll();
  expect(router.counts.open).toBe(0);
});

it("applies back pressure to a flooding client while stalled", async () => {
  const router = await socketRouter();
  const client = await router.join();
  const takeBack = router.faults.stall(true);
  let left = 0;
  const flood = (async () => {
    for (; left < 64; left++)
      await client.sendFrame(`[16,${left + 1},{},"${topic}",["${"x".repeat(2 ** 20)}"]]`);
  })();
  let before = -1;
  while (left > before) {
    before = left;
    await otherTraffic(router);
  }
  expect(left).toBeLessThan(64);
  takeBack();
  await flood;
  await router.faults.waitFor("PUBLISH", 64);
});

it("can be stopped while stalled", async () => {
  const router = await socketRouter();
  const client = await router.join();
  router.faults.stall(true);
  const late = router.connect().catch(() => "refused");
  await router.stop();
  expect(await client.closed).toBe(1001);
  await late;
});

it("holds messages of one type while others overtake them, and releases them in either order", async () => {
  const router = await socketRouter();
  for (const order of ["fifo", "lifo"] as const) {
    const client = await router.join();
    const hold = router.faults.hold("SUBSCRIBED");
    const ids = [client.request(32, {}, "com.example.a"), client.request(32, {}, "com.example.b")];
    await hold.waitFor(2);
    expect(hold.held()).toBe(2);
    expect(await client.unread()).toEqual([]);
    hold.release(order);
    expect(hold.held()).toBe(0);
    const answered = [(await client.next())[1], (await client.next())[1]];
    expect(answered).toEqual(order === "fifo" ? ids : ids.reverse());
    expect((await client.ask(32, {}, "com.example.c"))[0]).toBe(33);
  }
});

it("holds only messages for which the predicate returns true, by message and session", async () => {
  const router = await socketRouter();
  const [one, two] = [await router.join(), await router.join()];
  const hold = router.faults.hold(
    "ERROR",
    ({ error }, session) => error.endsWith("procedure") && session === one.session,
  );
  expect((await one.ask(32, {}, ""))[0]).toBe(8);
  expect((await two.ask(48, {}, "com.example.none"))[0]).toBe(8);
  one.request(48, {}, "com.example.none");
  expect(await one.unread()).toEqual([]);
  expect(hold.held()).toBe(1);
});

it("swallows the given number of messages of one type", async () => {
  const router = await socketRouter();
  const client = await router.join();
  const takeBack = router.faults.swallow("SUBSCRIBED", 2);
  for (let time = 0; time < 3; time++) client.request(32, {}, topic);
  expect((await client.unread()).map(([, request]) => request)).toEqual([3]);
  expect(router.counts.sent.SUBSCRIBED).toBe(1);
  takeBack();
  const again = router.faults.swallow("SUBSCRIBED");
  again();
  expect((await client.ask(32, {}, topic))[0]).toBe(33);
});

it("drops and counts the messages that find a session's queue full, until the queue is sent in a later turn", async () => {
  const router = memoryRouter();
  const [one, two] = [await router.join(), await router.join()];
  await two.ask(32, {}, topic);
  router.faults.queueLimit(4);
  for (let time = 1; time <= 6; time++) one.request(16, { acknowledge: true }, topic, [time]);
  const answered = [await one.next(), await one.next(), await one.next(), await one.next()];
  expect(answered.map(([code, request]) => [code, request])).toEqual([
    [17, 1],
    [17, 2],
    [17, 3],
    [17, 4],
  ]);
  expect(await one.unread()).toEqual([]);
  expect((await two.unread()).map(([, , , , args]) => args)).toEqual([[1], [2], [3], [4]]);
  expect(router.counts.dropped).toMatchObject({ PUBLISHED: 2, EVENT: 2, RESULT: 0 });
  expect(router.counts.sent).toMatchObject({ PUBLISHED: 4, EVENT: 4, RESULT: 2 });
});

it("drops nothing any more once the bound is removed", async () => {
  const router = memoryRouter();
  const client = await router.join();
  const takeBack = router.faults.queueLimit(1);
  client.request(32, {}, topic);
  expect((await client.next())[0]).toBe(33);
  takeBack();
  for (let time = 1; time <= 6; time++) client.request(16, { acknowledge: true }, topic);
  expect(await client.unread()).toHaveLength(6);
  expect(router.counts.dropped.PUBLISHED).toBe(0);
});

it("sends a bounded queue before what follows once the bound is removed, and before the socket is closed", async () => {
  const router = memoryRouter();
  const client = await router.join();
  const takeBack = router.faults.queueLimit(2);
  router.faults.goodbye("com.example.one");
  expect(router.counts.sent.GOODBYE).toBe(0);
  takeBack();
  router.faults.sendRaw("[36,1,1,{}]");
  router.faults.dropAll(1012);
  expect([await client.next(), await client.next()]).toEqual([
    [6, {}, "com.example.one"],
    [36, 1, 1, {}],
  ]);
  expect(await client.closed).toBe(1012);
});

it("sends EVENT before PUBLISHED", async () => {
  const router = await socketRouter();
  const client = await router.join();
  await client.ask(32, {}, topic);
  const takeBack = router.faults.eventBeforePublished(true);
  client.request(16, { acknowledge: true, exclude_me: false }, topic);
  expect((await client.unread()).map(([code]) => code)).toEqual([36, 17]);
  takeBack();
  client.request(16, { acknowledge: true, exclude_me: false }, topic);
  expect((await client.unread()).map(([code]) => code)).toEqual([17, 36]);
});

it("reverses the answers to three requests in flight, and none after them", async () => {
  const router = await socketRouter();
  const client = await router.join();
  router.faults.reverseAnswers("PUBLISHED", 3);
  for (let time = 0; time < 5; time++) client.request(16, { acknowledge: true }, topic);
  expect((await client.unread()).map(([, request]) => request)).toEqual([3, 2, 1, 4, 5]);
});

it("sends the collected answers in order when a reversal is removed", async () => {
  const router = await socketRouter();
  const client = await router.join();
  const takeBack = router.faults.reverseAnswers("PUBLISHED", 3);
  for (let time = 0; time < 2; time++) client.request(16, { acknowledge: true }, topic);
  expect(await client.unread()).toEqual([]);
  takeBack();
  expect((await client.unread()).map(([, request]) => request)).toEqual([1, 2]);
});

it("sends raw text and bytes, to one session or to all", async () => {
  const router = await socketRouter();
  const json = await router.join();
  const msgpack = await router.join({}, "wamp.2.msgpack");
  router.faults.sendRaw("[1]", json.session);
  expect(await json.next()).toEqual([1]);
  router.faults.sendRaw(Uint8Array.of(0x91, 0x02));
  expect(await json.next()).toEqual([2]);
  expect(await msgpack.next()).toEqual([2]);
});

it("aborts only the next HELLO", async () => {
  const router = await socketRouter();
  router.faults.abortNext("wamp.error.system_shutdown");
  await expect(router.join()).rejects.toThrow("wamp.error.system_shutdown");
  await router.join();
  const takeBack = router.faults.abortNext("wamp.error.not_authorized");
  takeBack();
  await router.join();
});

it("waits for a number of received messages, counted from the start or the last reset", async () => {
  const router = await socketRouter();
  const client = await router.join();
  const two = router.faults.waitFor("PUBLISH", 2);
  client.request(16, {}, topic);
  client.request(16, {}, topic);
  await two;
  expect(router.counts.received.PUBLISH).toBe(2);
  await router.faults.waitFor("PUBLISH", 1);
  router.resetCounts();
  const one = router.faults.waitFor("PUBLISH", 1);
  client.request(16, {}, topic);
  await one;
});

it("closes a connection over a message above the limit, measured in bytes, until the fault is removed", async () => {
  const router = await socketRouter();
  const [big, sibling] = [await router.join(), await router.join()];
  const takeBack = router.faults.messageSizeLimit(2_000);
  await sibling.ask(16, { acknowledge: true }, topic, ["x".repeat(1_900)]);
  big.request(16, {}, topic, ["ü".repeat(1_000)]);
  expect(await big.closed).toBe(1009);
  await sibling.ask(16, { acknowledge: true }, topic, ["x".repeat(1_900)]);
  takeBack();
  await sibling.ask(16, { acknowledge: true }, topic, ["x".repeat(3_000)]);
});
