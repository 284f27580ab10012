import { connect, isWampError } from "wamp-mux";
import type { SessionStatus } from "wamp-mux";
import { cryptosign, generateKeyPair, importKey, keyStore } from "wamp-mux/keys";

interface Api {
  procedures: { "com.example.add2": { args: [number, number]; result: number } };
  topics: { "com.example.tick": { args: [count: number] } };
}

const session = await connect<Api>({ url: "ws://router.example/", realm: "realm1" });
const sum: number = await session.call("com.example.add2", [2, 3], { timeout: 2000 });
const ticks = await session.subscribe("com.example.tick", ({ args: [count] }) => console.log(count + sum));
await ticks.unsubscribe();
session.on("status", (status: SessionStatus) => console.log(status.state, status.workerUrl));

// @ts-expect-error: not a number
await session.call("com.example.add2", [2, "3"]);
// @ts-expect-error: not in the Api
await session.call("com.example.add3", [2, 3]);

const key = (await keyStore.load("joe")) ?? (await generateKeyPair());
await keyStore.save("joe", key);
console.log(cryptosign(await importKey("-----BEGIN PRIVATE KEY-----…"), "joe").authextra, key.publicKey);

const untyped = await connect({ url: "ws://router.example/", realm: "realm1" });
const answer = await untyped
  .call("com.example.anything")
  .catch((error: unknown) => isWampError(error) && error.uri);
// @ts-expect-error: unknown, never any
console.log(answer.length);
