import { connect, isUnsupportedError, isWampError } from "wamp-mux";

test("no session without a browser", async () => {
  const error = await connect({ url: "wss://router.example/ws", realm: "realm1" }).catch((error) => error);
  expect(isWampError(error)).toBe(false);
  expect(isUnsupportedError(error)).toBe(true);
});
