import { describe, expect, it } from "vitest";
import type { InvocationId } from "../../contract/ids.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import { WampError } from "../errors/wamp-error.js";
import { result } from "../api/handler-result.js";
import { decoded, encoded, invocationNotice } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

const fails = (): never => {
  throw new Error("no");
};

async function registered(handler: InvocationHandler) {
  const page = new FakePage();
  const session = await page.connect();
  const registration = await session.register("com.example.x", handler);
  const { registration: handle } = await page.hub.next("register");
  const invoke = (args: readonly unknown[], more: Parameters<typeof invocationNotice>[2] = {}) =>
    page.hub.deliver(invocationNotice(handle, args, more));
  const warnings: unknown[] = [];
  session.on("warning", (warning) => warnings.push(warning));
  return { page, session, registration, handle, invoke, warnings, hub: page.hub };
}

describe("an invocation", () => {
  it("calls the handler with the arguments and is answered with its return value", async () => {
    const { hub, invoke } = await registered(
      async ([a, b]) => Number(a) + (await Promise.resolve(Number(b))),
    );
    void invoke([2, 3]);
    const { invocation, progress, payload } = await hub.next("yield");
    expect({ invocation, progress, args: decoded(payload) }).toEqual({
      invocation: 1,
      progress: false,
      args: [5],
    });
  });

  it("@G6 tells the hub that the handler has begun before it is called", async () => {
    const order: string[] = [];
    const { page, session, hub, invoke } = await registered(() => void order.push("called"));
    hub.take = ({ kind }) => void order.push(kind);
    await invoke([]);
    await fence(page, session);
    expect(hub.of("begun")).toHaveLength(1);
    expect(hub.posted.map(({ kind }) => kind).slice(-2)).toEqual(["begun", "yield"]);
  });

  it("gives the handler the context of the call", async () => {
    let context: unknown;
    const { hub, handle } = await registered((_args, invocation) => {
      context = invocation;
    });
    const details = { procedure: "com.example.x.y", caller: 7 };
    const notice = invocationNotice(handle, [], { details });
    await hub.deliver({ ...notice, payload: encoded([1], { k: 2 }) });
    await hub.next("yield");
    expect(context).toEqual({
      args: [1],
      kwargs: { k: 2 },
      details,
      procedure: "com.example.x.y",
      caller: 7,
      signal: expect.any(AbortSignal) as unknown,
    });
  });

  it("is answered without arguments for undefined, and with exactly those of result()", async () => {
    const answers: unknown[] = [undefined, result([1, 2], { rest: 3 }), [1, 2], null];
    const { hub, invoke } = await registered(() => answers.shift());
    for (const invocation of [1, 2, 3, 4]) void invoke([], { invocation });
    await hub.next("yield", 4);
    expect(hub.of("yield").map(({ payload }) => payload.data)).toEqual([
      "",
      '[1,2],{"rest":3}',
      "[[1,2]]",
      "[null]",
    ]);
  });

  it("@G8 is answered with a thrown WampError unchanged", async () => {
    const { page, hub, invoke } = await registered(() => {
      throw new WampError("com.example.error.stock", ["sold out"], { sku: "x" });
    });
    void invoke([]);
    const { uri, payload } = await hub.next("fail");
    expect({ uri, data: payload.data }).toEqual({
      uri: "com.example.error.stock",
      data: '["sold out"],{"sku":"x"}',
    });
    expect(page.reported).toEqual([]);
  });

  it("@G8 is answered with the details of a WampError", async () => {
    const { hub, invoke } = await registered(() => {
      throw new WampError("com.example.error.stock", [], {}, { details: { hint: ["x"] } });
    });
    void invoke([]);
    expect((await hub.next("fail")).details).toEqual({ hint: ["x"] });
  });

  it("@G23 is answered without details that cannot be cloned, and its author is told", async () => {
    const { hub, invoke, page } = await registered(() => {
      throw new WampError("com.example.error.odd", [1], {}, { details: { callback: () => 0 } });
    });
    void invoke([]);
    const { uri, details, payload } = await hub.next("fail");
    expect([uri, details, decoded(payload)]).toEqual(["com.example.error.odd", {}, [1]]);
    expect(page.reported).toMatchObject([{ name: "InvalidArgumentError" }]);
  });

  it.each([
    ["uri", 42, "wamp.error.invalid_uri", "The handler's WampError: uri is a number, expected a string"],
    ["args", "x", "com.example.error.odd", `The handler's WampError: args is a string, expected an array`],
    [
      "kwargs",
      [],
      "com.example.error.odd",
      "The handler's WampError: kwargs is an array of 0, expected a plain object",
    ],
  ])(
    "@G23 is answered even if the WampError has an impossible %s, and its author is told",
    async (field, value, uri, message) => {
      const { hub, invoke, page } = await registered(() => {
        throw Object.assign(new WampError("com.example.error.odd"), { [field]: value });
      });
      void invoke([]);
      const failed = await hub.next("fail");
      expect([failed.uri, decoded(failed.payload)]).toEqual([uri, [message]]);
      expect(page.reported).toMatchObject([{ name: "InvalidArgumentError", message }]);
    },
  );

  it("@G8 @G25 is answered with the message of any other error, which is reported in the page of its handler", async () => {
    const mistake = new TypeError("not a number");
    const { page, hub, invoke } = await registered(() => Promise.reject(mistake));
    void invoke([]);
    const { uri, payload } = await hub.next("fail");
    expect({ uri, data: payload.data }).toEqual({
      uri: "wamp.error.runtime_error",
      data: '["not a number"]',
    });
    expect(page.reported).toEqual([mistake]);
    expect(page.reported[0]).toBe(mistake);
  });

  it("is reported if its handler throws after the worker is lost, when there is no answer", async () => {
    let fail: (error: Error) => void = () => undefined;
    const { page, session, hub, invoke } = await registered(
      () => new Promise((_resolve, reject) => (fail = reject)),
    );
    void invoke([]);
    await hub.next("begun");
    await page.crash(session);
    fail(new Error("too late"));
    await page.online(session);
    expect(page.reported.map(String)).toEqual(["Error: too late"]);
  });

  it.each<[string, (signal: AbortSignal) => unknown]>([
    ["the reason of its signal", (signal): unknown => signal.reason],
    ["an AbortError of the platform", () => new DOMException("stopped", "AbortError")],
    ["a WampError", () => new WampError("com.example.stopped")],
  ])("@G25 is not reported if its handler obeys the signal with %s", async (_what, thrown) => {
    const { page, hub, invoke } = await registered(
      (_args, { signal }) =>
        new Promise((_resolve, reject) => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a handler may throw anything
          signal.addEventListener("abort", () => reject(thrown(signal)));
        }),
    );
    await invoke([]);
    const interrupt = { kind: "interrupt", mode: "kill", reason: "wamp.error.canceled" } as const;
    await hub.deliver({ ...interrupt, invocation: 1 as InvocationId });
    expect(await hub.next("fail")).toMatchObject({ uri: "wamp.error.canceled" });
    expect(page.reported).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ["without a prototype", () => Object.create(null) as object],
    ["with a failing toString", () => ({ toString: fails })],
    ["with a failing message", () => Object.defineProperty(new Error("x"), "message", { get: fails })],
    [
      "with a failing URI",
      () => Object.defineProperty(new WampError("com.example.x"), "uri", { get: fails }),
    ],
    ["that fails at every look", () => new Proxy({}, { has: fails, get: fails, getPrototypeOf: fails })],
  ])("@G8 is answered if its handler throws a value %s", async (_what, thrown) => {
    const { hub, invoke } = await registered(() => {
      throw thrown();
    });
    await invoke([]);
    const { uri, payload } = await hub.next("fail");
    expect([uri, decoded(payload)]).toEqual(["wamp.error.runtime_error", ["a value without a text"]]);
  });

  it("calls a handler as a function, without an object of the package", async () => {
    const objects: unknown[] = [];
    const { invoke } = await registered(function (this: unknown) {
      objects.push(this);
    });
    await invoke([]);
    expect(objects).toEqual([undefined]);
  });

  it("@G23 is answered with an error if its result cannot be encoded, and its author is told", async () => {
    const { hub, invoke, page } = await registered(() => () => 0);
    void invoke([]);
    const { uri, payload } = await hub.next("fail");
    const message = "The result of com.example.x cannot be encoded: args[0]: a function has no encoding";
    expect([uri, decoded(payload)]).toEqual(["wamp.error.runtime_error", [message]]);
    expect(page.reported).toMatchObject([{ name: "SerializationError", path: "args[0]", message }]);
  });

  it("@G23 is answered with an error if the arguments of its error cannot be encoded", async () => {
    const { hub, invoke, page } = await registered(() => {
      throw new WampError("com.example.error.odd", [() => 0]);
    });
    void invoke([]);
    expect(await hub.next("fail")).toMatchObject({ uri: "com.example.error.odd" });
    expect(page.reported).toMatchObject([{ name: "SerializationError" }]);
  });

  it("is answered with an error if its arguments cannot be decoded", async () => {
    const { hub, handle, warnings } = await registered(() => 1);
    void hub.deliver({
      ...invocationNotice(handle, []),
      payload: { serializer: "json", count: 1, data: "[oops" },
    });
    expect(await hub.next("fail")).toMatchObject({ uri: "wamp.error.invalid_argument" });
    expect(warnings).toMatchObject([{ name: "PayloadDecodeError" }]);
  });

  it("@G9 aborts the handler's signal when it is interrupted, and its failure is a cancellation", async () => {
    const { hub, invoke } = await registered(async (_args, { signal }) => {
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("stopped")));
      });
    });
    void invoke([]);
    await hub.next("begun");
    void hub.deliver({
      kind: "interrupt",
      invocation: 1 as InvocationId,
      mode: "kill",
      reason: "wamp.error.canceled",
    });
    const { uri, payload } = await hub.next("fail");
    expect({ uri, args: decoded(payload) }).toEqual({ uri: "wamp.error.canceled", args: ["stopped"] });
  });

  it("@G9 is answered as canceled even if its handler then throws a WampError, whose arguments are kept", async () => {
    const { hub, invoke } = await registered(
      (_args, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new WampError("com.example.stopped", ["at 5 of 9"])));
        }),
    );
    await invoke([]);
    await hub.deliver({
      kind: "interrupt",
      invocation: 1 as InvocationId,
      mode: "killnowait",
      reason: "wamp.error.canceled",
    });
    const { uri, payload } = await hub.next("fail");
    expect([uri, decoded(payload)]).toEqual(["wamp.error.canceled", ["at 5 of 9"]]);
  });

  it("has progress() only if the caller requested it, and not after its end", async () => {
    let progress: ((args?: readonly unknown[]) => void) | undefined;
    const { page, session, hub, invoke } = await registered((_args, invocation) => {
      progress = invocation.progress;
      progress?.([1]);
      progress?.([2]);
      return 3;
    });
    await invoke([], { details: { receive_progress: true } });
    await hub.next("yield", 3);
    progress?.([4]);
    await fence(page, session);
    expect(hub.of("yield").map((part) => [...decoded(part.payload), part.progress])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
    await invoke([], { invocation: 2 });
    await hub.next("yield", 4);
    expect(progress).toBeUndefined();
  });

  it("@G10 reaches its handler in wire order", async () => {
    const called: unknown[] = [];
    const { page, session, hub, handle } = await registered(([value]) => void called.push(value));
    const values = [1, 2, 3, 4, 5];
    void hub.deliver(...values.map((invocation) => invocationNotice(handle, [invocation], { invocation })));
    await fence(page, session);
    expect(called).toEqual(values);
  });

  it("is answered if it arrives before the router knows of unregister(), and refused afterwards", async () => {
    const { page, session, hub, registration, invoke } = await registered(() => "here");
    hub.take = () => undefined;
    const first = registration.unregister();
    expect(registration.unregister()).toBe(first);
    expect(registration.active).toBe(false);
    const { request } = await hub.next("unregister");
    void invoke([], { invocation: 1 });
    await hub.next("yield");
    void hub.deliver({ kind: "done", request });
    await first;
    void invoke([], { invocation: 2 });
    expect(await hub.next("fail")).toMatchObject({ invocation: 2, uri: "wamp.error.unavailable" });
    await fence(page, session);
    expect(hub.of("unregister")).toHaveLength(1);
  });

  it("is not possible after a displacement, with which `ended` resolves", async () => {
    const { hub, handle, registration } = await registered(() => 1);
    const error = {
      name: "WampError",
      message: "",
      fields: { uri: "wamp.error.displaced", details: {} },
    } as const;
    await hub.deliver({ kind: "registration-ended", registration: handle, error });
    expect(await registration.ended).toMatchObject({ uri: "wamp.error.displaced" });
    await registration.unregister();
    expect(hub.of("unregister")).toEqual([]);
  });
});
