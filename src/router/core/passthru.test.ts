import { describe, expect, it } from "vitest";
import { fullRoles } from "../testing/raw-client.js";
import { memoryRouter } from "../testing/memory-router.js";

const features = { payload_passthru_mode: true };
const roles = {
  caller: { features },
  callee: { features },
  publisher: { features },
  subscriber: { features },
};
const passthru = { ppt_scheme: "x_my", ppt_serializer: "custom", ppt_cipher: "rot13", ppt_keyid: "k1" };
const NUL = "\0AQL/";

describe("payload passthru mode", () => {
  it("goes with the payload to the receiver, in every message, between serializers", async () => {
    const router = memoryRouter();
    const callee = await router.join({ roles });
    const caller = await router.join({ roles }, "wamp.2.msgpack");
    const bytes = new Uint8Array([1, 2, 255]);
    const [, , registration] = await callee.ask(64, {}, "com.work");
    const call = caller.request(48, passthru, "com.work", [bytes]);
    expect(await callee.next()).toEqual([68, 1, registration, passthru, [NUL]]);
    callee.send(70, 1, { ...passthru, unknown: 1 }, [NUL]);
    expect(await caller.next()).toEqual([50, call, passthru, [bytes]]);
    const failing = caller.request(48, passthru, "com.work", [bytes]);
    await callee.next();
    callee.send(8, 68, 2, passthru, "com.no", [NUL]);
    expect(await caller.next()).toEqual([8, 48, failing, passthru, "com.no", [bytes]]);
    const [, , subscription] = await callee.ask(32, {}, "com.topic");
    const [, , publication] = await caller.ask(16, { ...passthru, acknowledge: true }, "com.topic", [bytes]);
    expect(await callee.next()).toEqual([36, subscription, publication, passthru, [NUL]]);
  });

  it.each([
    ["a caller", [48, 1, passthru, "com.work", [NUL]]],
    ["a publisher", [16, 1, passthru, "com.topic", [NUL]]],
    ["a callee", [70, 1, passthru, [NUL]]],
  ])("ends the session of %s that did not announce it, or whose router did not", async (_, message) => {
    for (const [router, hello] of [
      [memoryRouter(), fullRoles],
      [memoryRouter({ features: { payload_passthru_mode: false } }), roles],
    ] as const) {
      const client = await router.join({ roles: hello });
      client.send(...message);
      expect((await client.next()).slice(0, 1)).toEqual([3]);
    }
  });

  it("is refused for a callee that did not announce it", async () => {
    const router = memoryRouter();
    const [callee, caller] = [await router.join(), await router.join({ roles })];
    await callee.ask(64, {}, "com.work");
    expect((await caller.ask(48, passthru, "com.work", [NUL]))[4]).toBe("wamp.error.feature_not_supported");
  });

  it("is refused for a caller that did not announce it", async () => {
    const router = memoryRouter();
    const [callee, caller] = [await router.join({ roles }), await router.join()];
    await callee.ask(64, {}, "com.work");
    caller.request(48, {}, "com.work");
    await callee.next();
    callee.send(70, 1, passthru, [NUL]);
    expect((await caller.next())[4]).toBe("wamp.error.feature_not_supported");
  });

  it("needs texts", async () => {
    const router = memoryRouter();
    const client = await router.join({ roles });
    client.send(16, 1, { ...passthru, ppt_keyid: 5 }, "com.topic", [NUL]);
    expect((await client.next()).slice(0, 1)).toEqual([3]);
  });
});
