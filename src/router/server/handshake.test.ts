import { expect, it } from "vitest";
import { connect, socketRouter } from "../testing/socket-router.js";

it("chooses the client's first subprotocol that it supports", async () => {
  const router = await socketRouter();
  for (const [offered, chosen] of [
    [["wamp.2.flatbuffers", "wamp.2.msgpack", "wamp.2.json"], "wamp.2.msgpack"],
    [["wamp.2.json", "wamp.2.msgpack"], "wamp.2.json"],
  ] as const) {
    expect((await router.connect([...offered])).subprotocol).toBe(chosen);
  }
  const jsonOnly = await socketRouter({ serializers: ["json"] });
  const client = await jsonOnly.connect(["wamp.2.msgpack", "wamp.2.json"]);
  expect(client.subprotocol).toBe("wamp.2.json");
});

it("refuses a handshake without a common subprotocol, or for another path", async () => {
  const router = await socketRouter({ path: "/ws" });
  expect(router.url).toMatch(/\/ws$/);
  await expect(router.connect("wamp.2.flatbuffers")).rejects.toThrow("400");
  await expect(router.connect([])).rejects.toThrow("400");
  await expect(connect(router.url.replace("/ws", "/other"))).rejects.toThrow("404");
});
