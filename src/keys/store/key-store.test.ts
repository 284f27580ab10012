import { afterEach, expect, it, vi } from "vitest";
import { FakeClock } from "../../testing/fake-clock.js";
import { nextTask } from "../../web/next-task.js";
import { openKeyStore } from "./open-key-store.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

const unsupported = { name: "UnsupportedError", missing: ["indexedDB"] };

it("rejects by name where there is no IndexedDB", async () => {
  vi.stubGlobal("indexedDB", undefined);
  await expect(openKeyStore("x", new FakeClock()).load("joe")).rejects.toMatchObject(unsupported);
});

it("@G27 rejects by name when IndexedDB does not answer in time", async () => {
  vi.stubGlobal("indexedDB", { open: () => ({}) });
  const clock = new FakeClock();
  const loading = openKeyStore("x", clock).load("joe");
  const outcome = expect(loading).rejects.toMatchObject(unsupported);
  await new Promise<void>((resolve) => nextTask(resolve));
  clock.advance(2_000);
  await outcome;
  expect(clock.pending).toBe(0);
});

it("@G27 takes no key that scripts could read, and nothing else that is not a key", async () => {
  const keys = openKeyStore("x", new FakeClock());
  const { privateKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign"]);
  const publicKey = "00".repeat(32);
  const readable = { privateKey, publicKey };
  for (const wrong of [readable, { privateKey: "x", publicKey }, { publicKey }, "text", null])
    await expect(keys.save("joe", wrong as typeof readable)).rejects.toMatchObject({
      name: "InvalidArgumentError",
    });
});
