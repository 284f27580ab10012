import { expect, it } from "vitest";
import { socketRouter } from "../testing/socket-router.js";

it("closes with 1009 for a message over 16 MiB", async () => {
  const router = await socketRouter();
  const client = await router.join();
  await client.sendFrame(" ".repeat(16 * 1024 * 1024 + 1));
  expect(await client.closed).toBe(1009);
});
