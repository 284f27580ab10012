import type {
  InvocationContext,
  MetaApi,
  MetaSession,
  ProgressiveResult,
  Session,
  WampEvent,
} from "../index.js";
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

  const ticks: number[] = [];
  await session.subscribe("com.example.tick", ({ args: [tick] }) => ticks.push(tick));
  await session.subscribe("com.example.tick", ({ args: [tick] }: WampEvent<[number]>) => tick);
  await session.subscribe("com.example.tick", async () => await Promise.resolve(5));

  // @ts-expect-error -- an annotation that disagrees with the description
  await session.subscribe("com.example.tick", ({ args: [tick] }: WampEvent<[string]>) => tick);
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

  await session.register("com.example.add2", ([a, b]: readonly [number, number]) => a + b);

  // @ts-expect-error -- an annotation that disagrees with the description
  await session.register("com.example.add2", ([a]: [string, string]) => a.length);
  // @ts-expect-error -- an annotation narrower than the description
  await session.register("com.example.find", ([name]: [string]) => [name]);
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

  const list: unknown[] = [];
  await session.subscribe("any.topic", ({ args: [value] }) => list.push(value));
  await session.subscribe("any.topic", ({ args: [value] }: WampEvent<[number]>) => list.push(value * 2));
  await session.subscribe("any", ({ args: [value] }: WampEvent<[number]>) => value, { match: "prefix" });
  await session.subscribe("any.topic", ({ kwargs }: WampEvent<[], { to: string }>) => kwargs.to.length);
  await session.register("any.procedure", ([a, b]: [number, number]) => a + b);
  await session.register("any.procedure", ([a]: readonly number[]) => a);
  await session.register("any.procedure", (_args: [], { signal }) => signal.aborted);
  await session.register(
    "any.procedure",
    ([a]: [number], { kwargs }: InvocationContext<[number], { b: number }>) => a + kwargs.b,
  );
  const annotated = ([a, b]: [number, number]): number => a + b;
  await session.register("any.procedure", annotated);

  // @ts-expect-error -- arguments are a list
  await session.register("any.procedure", (name: string) => name);
  // @ts-expect-error -- the handler gets an event
  await session.subscribe("any.topic", ([value]) => list.push(value));
  // @ts-expect-error -- an unknown value has to be checked before it is used
  await session.register("any.procedure", ([a]) => a.length);
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

interface OwnMeta {
  procedures: { "wamp.session.count": { args: [realm: string]; result: string } };
  topics: { "wamp.session.on_leave": { args: [session: string] } };
}

/** The router's procedures and topics are known in every API. */
export async function meta(typed: Session<Api>, plain: Session, own: Session<OwnMeta>): Promise<void> {
  is<number>()(await typed.call("wamp.session.count"), true);
  is<readonly number[]>()(await typed.call("wamp.session.list", [["user"]]), true);
  is<MetaSession>()(await typed.call("wamp.session.get", [5]), true);
  await typed.call("wamp.session.kill", [5], { kwargs: { reason: "com.example.why" } });
  is<number>()(await typed.call("wamp.session.kill_all"), true);
  is<number | null>()(await typed.call("wamp.registration.lookup", ["com.example.add2"]), true);
  is<readonly number[] | null>()(await typed.call("wamp.subscription.match", ["com.example.tick"]), true);
  await typed.call("wamp.session.add_testament", ["com.example.gone", ["tab"], {}]);
  await typed.call("wamp.session.flush_testaments", [], { kwargs: { scope: "detached" } });
  await typed.call("wamp.subscription.get_events", [7], { kwargs: { limit: 10, reverse: true } });
  await typed.subscribe("wamp.session.on_join", ({ args: [details] }) => is<MetaSession>()(details, true));
  await typed.subscribe("wamp.session.on_leave", ({ args: [id] }) => is<number>()(id, true));
  await typed.subscribe("wamp.registration.on_create", ({ args: [, { uri }] }) => is<string>()(uri, true));
  for await (const { args } of typed.events("wamp.subscription.on_subscribe"))
    is<[session: number, subscription: number]>()(args, true);

  // @ts-expect-error -- an argument of another type
  await typed.call("wamp.session.get", ["5"]);
  // @ts-expect-error -- the argument is missing
  await typed.call("wamp.session.kill");
  // @ts-expect-error -- no such keyword argument
  await typed.call("wamp.session.kill", [5], { kwargs: { why: "" } });
  // @ts-expect-error -- an annotation that disagrees with the specification
  await typed.subscribe("wamp.session.on_leave", ({ args: [id] }: WampEvent<[string]>) => id);
  is<number>()(await plain.call("wamp.session.count"), true);
  await plain.subscribe("wamp.session.on_join", ({ args: [details] }) => is<MetaSession>()(details, true));
  // @ts-expect-error -- an argument of another type
  await plain.call("wamp.session.get", ["5"]);
  // @ts-expect-error -- no such procedure
  await typed.call("wamp.session.counts");

  // The application's own entry wins.
  is<string>()(await own.call("wamp.session.count", ["realm1"]), true);
  await own.subscribe("wamp.session.on_leave", ({ args: [id] }) => is<string>()(id, true));
  is<readonly number[]>()(await own.call("wamp.session.list"), true);
  // @ts-expect-error -- the argument is missing
  await own.call("wamp.session.count");

  const anyApi: Session = typed;
  is<MetaApi["procedures"]["wamp.session.count"]["result"]>()(await anyApi.call("wamp.session.count"), true);
}
