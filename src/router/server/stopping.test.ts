import { expect, it } from "vitest";
import { socketRouter } from "../testing/socket-router.js";

it("leaves no timer behind when it stops", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
  const before = timers();
  const router = await socketRouter();
  await router.join();
  await router.stop();
  expect(timers()).toBeLessThanOrEqual(before);
});

it("says GOODBYE to every session when it stops, closes with 1001, and can be stopped twice", async () => {
  const router = await socketRouter();
  const client = await router.join();
  const stopped = router.stop();
  expect(await client.next()).toEqual([6, {}, "wamp.close.system_shutdown"]);
  expect(await client.closed).toBe(1001);
  await stopped;
  await router.stop();
  await expect(router.connect()).rejects.toThrow();
});
