import type { ProgressiveResult, Session, WampEvent } from "../index.js";
import { result } from "../index.js";

// Checked by the compiler only: each line either has to compile, or has to fail where it says so.

interface Api {
  procedures: {
    "com.example.add2": { args: [number, number]; result: number };
    "com.example.now": { args: []; result: string };
    "com.example.find": { args: [name?: string]; kwargs: { exact?: boolean }; result: readonly string[] };
  };
  topics: {
    "com.example.tick": { args: [number] };
    "com.example.chat": { args: [text: string]; kwargs: { to?: string } };
  };
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `is<Expected>()(value, true)` compiles only if the value's type is exactly that. */
const is =
  <Expected>() =>
  <Actual>(_value: Actual, _equal: Equal<Actual, Expected>): void =>
    undefined;

export async function typedCalls(session: Session<Api>): Promise<void> {
  const sum = await session.call("com.example.add2", [2, 3], { timeout: 1_000 });
  is<number>()(sum, true);
  const now = await session.call("com.example.now");
  is<string>()(now, true);
  await session.call("com.example.find");
  await session.call("com.example.find", ["joe"], { kwargs: { exact: true } });
  for await (const part of session.callProgressive("com.example.add2", [1, 2]))
    is<ProgressiveResult>()(part, true);

  // @ts-expect-error -- the arguments are missing
  await session.call("com.example.add2");
  // @ts-expect-error -- one argument is missing
  await session.call("com.example.add2", [2]);
  // @ts-expect-error -- an argument of another type
  await session.call("com.example.add2", [2, "3"]);
  // @ts-expect-error -- no such procedure
  await session.call("com.example.sub2", [2, 3]);
  // @ts-expect-error -- no such keyword argument
  await session.call("com.example.find", [], { kwargs: { fuzzy: true } });
  // @ts-expect-error -- no such option
  await session.call("com.example.now", [], { timout: 5 });
  // @ts-expect-error -- no such mode
  await session.call("com.example.now", [], { cancelMode: "soft" });
}

export async function typedEvents(session: Session<Api>): Promise<void> {
  await session.publish("com.example.tick", [1], { acknowledge: true });
  await session.publish("com.example.chat", ["hi"], { kwargs: { to: "joe" } });
  await session.subscribe("com.example.tick", ({ args: [tick] }) => is<number>()(tick, true));
  await session.subscribe("com.example.chat", ({ kwargs: { to } }) => is<string | undefined>()(to, true));
  for await (const { args } of session.events("com.example.chat")) is<[text: string]>()(args, true);
  // A pattern may match any topics.
  await session.subscribe("com.example", (event) => is<WampEvent>()(event, true), { match: "prefix" });
  for await (const event of session.events("com..chat", { match: "wildcard" })) is<WampEvent>()(event, true);

  // @ts-expect-error -- an argument of another type
  await session.publish("com.example.tick", ["1"]);
  // @ts-expect-error -- no such topic
  await session.publish("com.example.tock", [1]);
  // @ts-expect-error -- no such topic, and it is no pattern
  await session.subscribe("com.example", () => undefined);
  // @ts-expect-error -- no such topic, and it is no pattern
  await session.subscribe("com.example", () => undefined, { match: "exact" });
}

export async function typedHandlers(session: Session<Api>): Promise<void> {
  await session.register("com.example.add2", ([a, b]) => a + b);
  await session.register("com.example.add2", async ([a, b], { signal }) => {
    signal.throwIfAborted();
    return await Promise.resolve(a + b);
  });
  await session.register("com.example.find", ([name], { kwargs }) =>
    kwargs.exact === true && name ? [name] : [],
  );
  await session.register("com.example.add2", () => result([5], { exact: true }));
  await session.register("com.example", (args) => args.length, { match: "prefix", invoke: "roundrobin" });

  // @ts-expect-error -- a result of another type
  await session.register("com.example.add2", ([a, b]) => `${a + b}`);
  // @ts-expect-error -- no such procedure
  await session.register("com.example.sub2", () => 1);
  // @ts-expect-error -- no such policy
  await session.register("com.example.now", () => "now", { invoke: "all" });
}

export async function untyped(session: Session): Promise<void> {
  const answer = await session.call("any.procedure", [1, "two", null]);
  is<unknown>()(answer, true);
  const { args, kwargs } = await session.callResult("any.procedure");
  is<readonly unknown[]>()(args, true);
  is<{ readonly [key: string]: unknown }>()(kwargs, true);
  await session.subscribe("any.topic", ({ args: values }) => is<readonly unknown[]>()(values, true));
  await session.register("any.procedure", (values) => values[0]);

  // @ts-expect-error -- an unknown value has to be checked before it is used
  const number: number = answer;
  void number;
  // @ts-expect-error -- arguments are a list
  await session.call("any.procedure", { a: 1 });
  session.on("status", (status) => {
    // @ts-expect-error -- only a session that is online has an id
    void status.session;
    if (status.state === "online") is<number>()(status.session, true);
  });
  // @ts-expect-error -- no such event
  session.on("error", () => undefined);
}

export async function handles(session: Session): Promise<void> {
  await using subscription = await session.subscribe("any.topic", () => undefined);
  // @ts-expect-error -- a handle cannot be changed
  subscription.active = false;
}
