import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import type { AttachAnswer } from "../../contract/port.js";
import { tabLock } from "../../contract/port.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { nextTask } from "../../web/next-task.js";
import { WorkerStartError } from "../errors/worker-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import { FakePage, fence } from "../testing/fake-page.js";

const SECRET = { what: "secret", method: "ticket" } as const;
const QUERY = { what: "query" } as const;

const lingerRefusal: ErrorRecord = {
  name: "InvalidArgumentError",
  message: "connect(): options.linger is wrong",
  fields: { value: "wrong", expected: "milliseconds" },
};
const refusedLinger = { name: lingerRefusal.name, message: lingerRefusal.message };

describe("connect", () => {
  it("@G1 attaches once for simultaneous calls, and returns an object of its own to each", async () => {
    const page = new FakePage();
    const sessions = await Promise.all(Array.from({ length: 10 }, () => page.connect()));
    expect(new Set(sessions).size).toBe(10);
    expect(page.hub.hellos).toHaveLength(1);
    expect(page.started).toHaveLength(1);
  });

  it("@G1 returns a different session for a different realm or principal", async () => {
    const page = new FakePage();
    const first = await page.connect();
    expect(await page.connect({ realm: "realm2" })).not.toBe(first);
    expect(await page.connect({ principal: "somebody" })).not.toBe(first);
    expect(page.hub.hellos).toHaveLength(3);
  });

  it.each(["xml", "constructor"])("leaves it to the hub to refuse the serializer %s", async (name) => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => ({ ok: false, contract: CONTRACT_VERSION, error: lingerRefusal });
    };
    await expect(page.connect({ serializers: [name as "json"] })).rejects.toMatchObject(refusedLinger);
    expect(page.hub.hellos[0]?.session.serializers).toEqual([name]);
    expect(page.reported).toEqual([]);
  });

  it("returns a new session after leave()", async () => {
    const page = new FakePage();
    const first = await page.connect();
    const leaving = first.leave();
    const second = await page.connect();
    await leaving;
    expect(second).not.toBe(first);
    expect(second.status.state).toBe("online");
  });

  it("@G25 with other options than the page's session is refused if the hub refuses them, and leaves no lease behind", async () => {
    const page = new FakePage();
    const first = await page.connect();
    const same = await page.connect({ linger: 5_000 });
    await fence(page, first);
    expect(page.hub.of("judge")).toEqual([]);
    page.hub.take = (request) => {
      if (request.kind === "judge")
        void page.hub.deliver({ kind: "rejected", request: request.request, error: lingerRefusal });
    };
    await expect(page.connect({ linger: "5s" as never })).rejects.toMatchObject(refusedLinger);
    expect(page.hub.of("judge")).toMatchObject([{ stands: { linger: 5_000 }, options: { linger: "5s" } }]);
    await Promise.all([first.leave(), same.leave()]);
    expect([page.hub.hellos.length, page.hub.leaves]).toEqual([1, 1]);
  });

  it("@G25 with other options asks the next worker if the one that it asked is lost", async () => {
    const page = new FakePage();
    const session = await page.connect();
    page.hub.take = () => undefined;
    const joining = page.connect({ linger: 1 });
    await page.hub.next("judge");
    await page.crash(session);
    await page.online(await joining);
    expect(page.hub.of("judge")).toHaveLength(1);
  });

  it("with other options rejects if no worker has compared them within the session's requestTimeout", async () => {
    const page = new FakePage();
    const session = await page.connect({ requestTimeout: 1_000 });
    page.prepare = (hub) => {
      hub.answerHello = () => new Promise(() => undefined);
    };
    await page.crash(session);
    const joining = page.connect({ requestTimeout: 2_000 });
    // Equal options need no worker.
    const same = await page.connect({ requestTimeout: 1_000 });
    page.clock.advance(1_000);
    await expect(joining).rejects.toMatchObject({ name: "TimeoutError", timeout: 1_000, sent: false });
    await Promise.all([session.leave(), same.leave()]);
    expect(session.status.state).toBe("closed");
  });

  it("@G25 opens a session of its own if the hub refuses the options of the connect() that it would have joined", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = ({ session }) =>
        session.linger === 1
          ? hub.welcome()
          : { ok: false, contract: CONTRACT_VERSION, error: lingerRefusal };
    };
    const wrong = page.connect({ linger: "5s" as never });
    const right = page.connect({ linger: 1 });
    await expect(wrong).rejects.toMatchObject(refusedLinger);
    const session = await right;
    expect(session.status.state).toBe("online");
    await session.leave();
    await expect(page.connect({ linger: "5s" as never })).rejects.toMatchObject(refusedLinger);
    expect(page.locks.held.filter((name) => name.startsWith("wamp-mux:tab"))).toEqual([]);
  });

  it("warns of options that differ from those of the session, without revealing secrets", async () => {
    const page = new FakePage();
    const session = await page.connect();
    const other = await page.connect({ callTimeout: 7 });
    const warnings: string[] = [];
    session.on("warning", (error) => warnings.push(`first: ${error.message}`));
    other.on("warning", (error) => warnings.push(error.message));
    expect(warnings).toEqual([expect.stringMatching(/^This page .*callTimeout is 0, the tab asked for 7/)]);
  });

  it("warns of the differences that the worker reports", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => hub.welcome(undefined, ["linger is 1, the tab asked for 2"]);
    };
    const session = await page.connect();
    const warnings: unknown[] = [];
    session.on("warning", (error) => warnings.push(error));
    expect(warnings).toMatchObject([{ name: "OptionConflictError" }]);
  });

  it("@G6 takes the tab's lock before the hello", async () => {
    const page = new FakePage();
    let grant = (): void => undefined;
    page.locks.requested = (name) =>
      name.includes(":tab:") ? new Promise((resolve) => (grant = resolve)) : Promise.resolve();
    const connecting = page.connect();
    for (let tasks = 0; tasks < 5; tasks += 1) await new Promise<void>((resolve) => nextTask(resolve));
    expect(page.started).toEqual([]);
    grant();
    await connecting;
    const [hello] = page.hub.hellos;
    expect(page.locks.held).toContain(hello && tabLock(hello.tab));
    expect(page.clock.pending).toBe(0);
  });

  it("rejects with the error with which the hub refuses the tab, and releases everything", async () => {
    const page = new FakePage();
    const refusal: AttachAnswer = {
      ok: false,
      contract: CONTRACT_VERSION,
      error: {
        name: "JoinError",
        message: "no",
        fields: { uri: "wamp.error.authentication_failed", details: {} },
      },
    };
    page.prepare = (hub) => {
      hub.answerHello = () => refusal;
    };
    await expect(page.connect()).rejects.toMatchObject({
      name: "JoinError",
      uri: "wamp.error.authentication_failed",
    });
    expect(page.locks.held.filter((name) => name.includes(":tab:"))).toEqual([]);
    expect(page.clock.pending).toBe(0);
    page.hub.answerHello = () => page.hub.welcome();
    expect((await page.connect()).status.state).toBe("online");
  });

  it("names both versions when the worker has a different version of the contract", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => ({
        ok: false,
        contract: 99,
        error: { name: "ProtocolError", message: "of the future" },
      });
    };
    await expect(page.connect()).rejects.toMatchObject({
      name: "ContractMismatchError",
      tab: CONTRACT_VERSION,
      worker: 99,
    });
  });

  it("rejects after attachTimeout when the worker does not answer", async () => {
    const page = new FakePage();
    const asked = new Promise<void>((resolve) => {
      page.prepare = (hub) => {
        hub.answerHello = () => {
          resolve();
          return new Promise(() => undefined);
        };
      };
    });
    const connecting = page.connect({ attachTimeout: 300 });
    await asked;
    page.clock.advance(300);
    await expect(connecting).rejects.toMatchObject({
      name: "WorkerStartError",
      reason: "timeout",
      url: "bundled",
    });
    expect(page.locks.held.filter((name) => name.includes(":tab:"))).toEqual([]);
  });

  it("rejects with the reason why the worker did not start", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => new Promise(() => undefined);
    };
    page.startFailure = () => Promise.reject(new WorkerStartError("csp", { reason: "csp", url: "x" }));
    await expect(page.connect()).rejects.toMatchObject({ name: "WorkerStartError", reason: "csp" });
  });

  it("rejects with an error of the package when the worker fails to admit the page", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => Promise.reject(new Error("The worker could not take its Web Lock"));
    };
    const error: unknown = await page.connect().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "WorkerStartError",
      reason: "script",
      url: "bundled",
      cause: { message: "The worker could not take its Web Lock" },
    });
    expect([isWampMuxError(error), String(error)]).toEqual([
      true,
      expect.stringContaining("could not take its Web Lock"),
    ]);
    expect([page.locks.watching, page.clock.pending]).toEqual([0, 0]);
  });

  it("passes the option workerUrl to the host of the hub", async () => {
    const page = new FakePage();
    const session = await page.connect({ workerUrl: "assets/worker.js" });
    expect(page.started).toEqual(["assets/worker.js"]);
    expect(session.status).toMatchObject({ workerUrl: "assets/worker.js" });
  });

  it("rejects with the error of a host that cannot open the hub", async () => {
    const page = new FakePage();
    page.prepare = () => {
      throw new WorkerStartError("refused", { reason: "unsupported", url: "bundled" });
    };
    await expect(page.connect()).rejects.toMatchObject({ name: "WorkerStartError", reason: "unsupported" });
    expect(page.locks.held.filter((name) => name.startsWith("wamp-mux:tab"))).toEqual([]);
  });

  it("dispatches notices that arrive together with the hub's hello", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => {
        void hub.deliver({ kind: "status", status: { ...waiting }, storage: { kind: "indexeddb" } });
        return hub.welcome({ state: "connecting", attempt: 1, url: "ws://router.example/" });
      };
    };
    const waiting = {
      state: "waiting",
      attempt: 1,
      retryAt: 5,
      reason: { name: "ConnectionLostError", message: "gone", fields: { sent: false } },
    } as const;
    const session = await page.connect();
    await fence(page, session);
    expect(session.status).toMatchObject({ state: "waiting", retryAt: 5 });
  });

  it("asks the application at the hub's request, and reveals only the type of an answer that cannot be used", async () => {
    const page = new FakePage();
    const secrets: unknown[] = ["s3cret", 42, "s3cret\ud800", "\0s3cret"];
    const secret = () => secrets.shift() as string;
    const query = () => Promise.resolve("token=t0ken");
    await page.connect({ auth: { method: "ticket", authid: "joe", secret }, query });
    const session = page.hub.hellos[0]?.session;
    expect(session?.auth).toEqual({ method: "ticket", authid: "joe", secret: "ask" });
    expect([session?.url, session?.query]).toEqual([["ws://router.example/"], "ask"]);
    expect(await page.hub.ask(QUERY)).toBe("token=t0ken");
    expect(await page.hub.ask(SECRET)).toBe("s3cret");
    const place = "connect(): options.auth.secret()";
    for (const type of ["a number", "a string", "a string"]) {
      await expect(page.hub.ask(SECRET)).rejects.toMatchObject({
        name: "InvalidArgumentError",
        message: `${place} is ${type}, expected a string that every serializer can write`,
      });
    }
  });

  it("asks the function of the latest connect() of the page", async () => {
    const page = new FakePage();
    const connect = (secret: () => string) =>
      page.connect({ auth: { method: "ticket", authid: "joe", secret }, query: () => "q=1" });
    await connect(() => "one");
    await connect(() => "two");
    expect([await page.hub.ask(SECRET), await page.hub.ask(QUERY)]).toEqual(["two", "q=1"]);
  });

  it("@G15 passes on nothing but the message of a function that fails", async () => {
    const page = new FakePage();
    const thrown = [
      Object.assign(new TypeError("offline"), { config: { password: "s3cret" }, cause: "s3cret" }),
      "s3cret",
      { password: "s3cret" },
    ] as Error[];
    const secret = () => Promise.reject(thrown.shift() ?? new Error("asked too often"));
    await page.connect({ auth: { method: "ticket", authid: "joe", secret } });
    for (const message of ["offline", "The function threw a string", "The function threw an object"]) {
      const error: unknown = await page.hub.ask(SECRET).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ name: "Error", message });
      expect(JSON.stringify({ ...(error as object) })).not.toContain("s3cret");
    }
    await expect(page.hub.ask(QUERY)).rejects.toThrow("This page has no function that returns the query");
  });

  it("@G1 a relative URL is the same session as the one that it means", async () => {
    const page = new FakePage();
    await page.connect({ url: "../ws" });
    await page.connect({ url: "https://page.example/ws" });
    expect(page.hub.hellos.map(({ session: { url } }) => url)).toEqual([["wss://page.example/ws"]]);
  });

  it("@G1 a refreshed token in the URL is the same session", async () => {
    const page = new FakePage();
    const session = await page.connect({ url: "ws://joe:one@router.example/?token=1" });
    const others = [
      await page.connect({ url: "ws://joe:two@router.example/?token=2" }),
      await page.connect({ query: "token=3" }),
    ];
    expect(page.hub.hellos).toHaveLength(1);
    const warnings: unknown[] = [];
    for (const each of [session, ...others]) each.on("warning", (warning) => warnings.push(warning));
    expect(warnings).toEqual([]);
  });
});
