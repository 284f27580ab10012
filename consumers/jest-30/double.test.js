import { createTestRouter } from "wamp-mux/testing";
import { greet } from "./greet.js";

jest.mock("wamp-mux", () => jest.requireActual("wamp-mux/testing"));

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
