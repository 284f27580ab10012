import { describe, expect, it } from "vitest";
import { createQueue } from "./async-queue.js";
import { eventRun, resultNotice } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

async function connected() {
  const page = new FakePage();
  const session = await page.connect();
  return { page, session, hub: page.hub };
}

describe("callProgressive()", () => {
  it("returns the progressive results and then the final one", async () => {
    const { session, hub } = await connected();
    const report = session.callProgressive("com.example.report", [2026]);
    const { request, options } = await hub.next("call");
    expect(options).toEqual({ receive_progress: true });
    void hub.deliver(
      resultNotice(request, [1], true),
      resultNotice(request, [2], true),
      resultNotice(request, [3]),
    );
    const parts = [];
    for await (const { args, progress } of report) parts.push([...args, progress]);
    expect(parts).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  it("@G9 cancels the call when the loop is left", async () => {
    const { page, session, hub } = await connected();
    const report = session.callProgressive("com.example.report", [], { cancelMode: "skip" });
    const { request } = await hub.next("call");
    void hub.deliver(resultNotice(request, [1], true));
    for await (const { args } of report) {
      expect(args).toEqual([1]);
      break;
    }
    expect(await hub.next("cancel")).toEqual({ kind: "cancel", request, mode: "skip" });
    await fence(page, session);
    expect(page.reported).toEqual([]);
  });

  it("does not cancel a call that has ended", async () => {
    const { page, session, hub } = await connected();
    const report = session.callProgressive("com.example.report");
    const { request } = await hub.next("call");
    void hub.deliver(resultNotice(request, [1]));
    for await (const { progress } of report) if (!progress) break;
    await fence(page, session);
    expect(hub.of("cancel")).toEqual([]);
  });

  it("throws the error of the call after all earlier results", async () => {
    const { session, hub } = await connected();
    const report = session.callProgressive("com.example.report");
    const { request } = await hub.next("call");
    const error = { name: "TimeoutError", message: "late", fields: { timeout: 1, sent: true } } as const;
    void hub.deliver(resultNotice(request, [1], true), { kind: "rejected", request, error });
    const parts: unknown[] = [];
    const reading = (async () => {
      for await (const { args } of report) parts.push(args[0]);
    })();
    await expect(reading).rejects.toMatchObject({ name: "TimeoutError" });
    expect(parts).toEqual([1]);
  });

  it("throws the reason of its signal", async () => {
    const { session, hub } = await connected();
    const abort = new AbortController();
    const report = session.callProgressive("com.example.report", [], { signal: abort.signal });
    await hub.next("call");
    abort.abort(new Error("enough"));
    await expect(report[Symbol.asyncIterator]().next()).rejects.toThrow("enough");
    await hub.next("cancel");
  });

  it("throws for an invalid argument when it is read, not when it is called", async () => {
    const { session } = await connected();
    const report = session.callProgressive("com.example.report", [() => 0]);
    await expect(report[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: "SerializationError" });
  });

  it.each(["skip", "kill", "killnowait"] as const)(
    "fails at once and cancels the call if a result cannot be decoded, with cancelMode %s",
    async (cancelMode) => {
      const { session, hub } = await connected();
      const report = session.callProgressive("com.example.report", [], { cancelMode });
      const reading = report[Symbol.asyncIterator]();
      const { request } = await hub.next("call");
      const payload = { serializer: "json", count: 1, data: "[oops" } as const;
      void hub.deliver(
        resultNotice(request, ["before"], true),
        { kind: "result", request, progress: true, details: {}, payload },
        resultNotice(request, ["after"], true),
      );
      expect(await reading.next()).toMatchObject({ value: { args: ["before"] } });
      await expect(reading.next()).rejects.toMatchObject({ name: "PayloadDecodeError" });
      expect(await reading.next()).toEqual({ done: true, value: undefined });
      expect(await hub.next("cancel")).toMatchObject({ request, mode: cancelMode });
      expect(hub.of("cancel")).toHaveLength(1);
    },
  );
});

describe("events()", () => {
  it("subscribes when the first event is requested, and unsubscribes when the loop is left", async () => {
    const { page, session, hub } = await connected();
    const log = session.events("com.example.log");
    await fence(page, session);
    expect(hub.posted).toEqual([]);
    const seen: unknown[] = [];
    void hub
      .next("subscribe")
      .then(({ subscription: target }) =>
        hub.deliver(eventRun([1, 2, 3].map((value) => ({ target, value })))),
      );
    for await (const { args } of log) {
      seen.push(args[0]);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([1, 2]);
    expect(hub.of("unsubscribe")).toHaveLength(1);
  });

  it("throws the error that the subscription ends with", async () => {
    const { session, hub } = await connected();
    const reading = session.events("com.example.log")[Symbol.asyncIterator]().next();
    const { subscription } = await hub.next("subscribe");
    const error = {
      name: "WampError",
      message: "",
      fields: { uri: "wamp.error.revoked", details: {} },
    } as const;
    void hub.deliver({ kind: "subscription-ended", subscription, error });
    await expect(reading).rejects.toMatchObject({ uri: "wamp.error.revoked" });
  });

  it("ends with the reason of its signal at any time", async () => {
    const { page, session, hub } = await connected();
    const abort = new AbortController();
    const log = session.events("com.example.log", { signal: abort.signal })[Symbol.asyncIterator]();
    const reading = log.next();
    await hub.next("subscribe");
    await fence(page, session);
    abort.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    await hub.next("unsubscribe");
    expect(await log.next()).toEqual({ done: true, value: undefined });
  });

  it("leaves nothing at its signal, however it ends", async () => {
    const { session, hub } = await connected();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    signal.addEventListener = (_type: string, listener: unknown) => listeners.add(listener);
    signal.removeEventListener = (_type: string, listener: unknown) => listeners.delete(listener);
    const ended = session.events("com.example.tick", { signal })[Symbol.asyncIterator]();
    const next = ended.next();
    const { subscription } = await hub.next("subscribe");
    const error = { name: "WampError", message: "revoked", fields: { uri: "a.b", details: {} } } as const;
    void hub.deliver({ kind: "subscription-ended", subscription, error });
    await expect(next).rejects.toMatchObject({ uri: "a.b" });
    expect(listeners.size).toBe(0);
    // Before the subscription is there.
    const left = session.events("com.example.tick", { signal })[Symbol.asyncIterator]();
    void left.next();
    await left.return?.();
    expect(listeners.size).toBe(0);
  });

  it("refuses a match policy that does not exist", async () => {
    const { session } = await connected();
    const log = session.events("com.example.log", { match: "glob" as never });
    await expect(log[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: "InvalidArgumentError" });
  });
});

describe("the queue of an iterator", () => {
  it("keeps the order of many values that are read meanwhile", async () => {
    const queue = createQueue<{ readonly value: number }>();
    const read: number[] = [];
    const readOne = async (): Promise<void> => {
      const { value } = await queue.next();
      if (value !== undefined) read.push(value.value);
    };
    for (let value = 0; value < 5_000; value += 1) {
      queue.push({ value });
      if (value % 3 === 0) await readOne();
    }
    queue.end();
    queue.push({ value: -1 });
    while (read.length < 5_000) await readOne();
    expect(read).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });
});
