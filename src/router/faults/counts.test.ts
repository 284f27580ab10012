import { expect, it } from "vitest";
import { socketRouter } from "../testing/socket-router.js";

it("counts connections, HELLOs and messages by type and direction", async () => {
  const router = await socketRouter();
  const one = await router.join();
  await router.join();
  await one.ask(32, {}, "com.example.topic");
  one.request(16, { exclude_me: false }, "com.example.topic");
  await one.next();
  one.close();
  await one.closed;
  await router.join();
  expect(router.counts).toMatchObject({ connections: 3, open: 2, hellos: 3 });
  expect(router.counts.received).toMatchObject({ HELLO: 3, SUBSCRIBE: 1, PUBLISH: 1, CALL: 0 });
  expect(router.counts.sent).toMatchObject({ WELCOME: 3, SUBSCRIBED: 1, EVENT: 1, PUBLISHED: 0 });
});

it("resets every count except the number of open connections", async () => {
  const router = await socketRouter();
  await router.join();
  router.resetCounts();
  expect(router.counts).toMatchObject({ connections: 0, open: 1, hellos: 0 });
  expect(Object.values(router.counts.sent).every((count) => count === 0)).toBe(true);
});
