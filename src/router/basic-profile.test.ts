import { describe } from "vitest";
import { basicProfile } from "./testing/basic-profile.js";
import { memoryRouter } from "./testing/memory-router.js";
import { connect, socketRouter } from "./testing/socket-router.js";

describe.each(["wamp.2.json", "wamp.2.msgpack"])("the Basic Profile with %s", (subprotocol) => {
  describe("of the core in memory", () => {
    basicProfile(() => {
      const router = memoryRouter();
      return { connect: () => Promise.resolve(router.connect(subprotocol)) };
    });
  });

  describe("of the started router over a WebSocket", () => {
    basicProfile(async () => {
      const { url } = await socketRouter();
      return { connect: () => connect(url, subprotocol) };
    });
  });
});
