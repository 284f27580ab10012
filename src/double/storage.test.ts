import { expect, it } from "vitest";
import { createTestRouter } from "./index.js";

it("the status says that a test router stores nothing, from the start and for good", async () => {
  const router = createTestRouter();
  const session = await router.connect();
  const told: unknown[] = [session.status.storage];
  session.on("status", ({ storage }) => told.push(storage));
  await session.publish("com.topic", [], { acknowledge: true });
  const again = await router.connect();
  told.push(again.status.storage, session.status.storage);
  await router.stop();
  const storage = { kind: "memory", reason: "this is a test router" };
  for (const each of told) expect(each).toEqual(storage);
});
