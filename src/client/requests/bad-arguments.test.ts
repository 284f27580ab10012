import { describe, expect, it } from "vitest";
import { FakePage } from "../testing/fake-page.js";

describe("an argument", () => {
  it("rejects only the call whose argument cannot be encoded, and names its place", async () => {
    const page = new FakePage();
    const session = await page.connect();
    const failing = session.call("a.b", [1, { deep: () => undefined }]);
    const fine = session.call("a.b", [2]);
    await expect(failing).rejects.toMatchObject({ name: "SerializationError", path: "args[1].deep" });
    const { request, payload } = await page.hub.next("call");
    expect(payload.data).toBe("[2]");
    void page.hub.deliver({ kind: "result", request, progress: false, details: {}, payload });
    expect(await fine).toBe(2);
  });

  it("and an option are sent as they were at the call", async () => {
    const page = new FakePage();
    const session = await page.connect();
    const args = [{ value: 1 }];
    const exclude = [1];
    const wire = { _list: [{ deep: 1 }] };
    session.publish("a.b", args, { exclude, wire }).catch(() => undefined);
    args[0] = { value: 2 };
    exclude[0] = 2;
    wire._list[0] = { deep: 2 };
    const { payload, given, options } = await page.hub.next("publish");
    expect([payload.data, given, options]).toEqual([
      '[{"value":1}]',
      { exclude: [1] },
      { _list: [{ deep: 1 }] },
    ]);
  });

  it("@G23 that cannot be posted harms no other request when its own is canceled", async () => {
    const page = new FakePage();
    const session = await page.connect();
    const canceled = new AbortController();
    const mode = new Proxy({}, {}) as never;
    const failing = session.call("a.b", [], { cancelMode: mode, signal: canceled.signal });
    await page.hub.next("call");
    canceled.abort();
    await expect(failing).rejects.toBe(canceled.signal.reason);
    await page.hub.next("cancel");
    expect([page.reported, session.status.state]).toEqual([[], "online"]);
  });
});
