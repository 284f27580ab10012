import { connect, isWampError } from "wamp-mux";

/** Has somebody greeted. */
export async function greet(name) {
  const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
  try {
    return await session.call("com.example.greet", [name]);
  } catch (error) {
    if (isWampError(error)) return `nobody greets ${name}`;
    throw error;
  } finally {
    await session.leave();
  }
}
