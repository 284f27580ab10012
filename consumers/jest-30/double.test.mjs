import { jest } from "@jest/globals";
import { createTestRouter } from "wamp-mux/testing";

jest.unstable_mockModule("wamp-mux", () => import("wamp-mux/testing"));
const { greet } = await import("./greet.mjs");

let router;
beforeEach(() => {
  router = createTestRouter();
});
afterEach(() => router.stop());

test("the application greets", async () => {
  const backend = await router.connectPeer();
  await backend.register("com.example.greet", ([name]) => `Hello ${name}`);
  expect(await greet("you")).toBe("Hello you");
});

test("the application says that nobody greets", async () => {
  expect(await greet("you")).toBe("nobody greets you");
});
