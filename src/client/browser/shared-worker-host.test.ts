import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Incarnation } from "../../contract/ids.js";
import { workerLock } from "../../contract/port.js";
import { MemoryLocks } from "../../memory/memory-locks.js";
import type { TrustedScriptUrl } from "../api/connect-options.js";
import type { HubPort } from "../attach/hub-host.js";
import { nextTask } from "../../web/next-task.js";
import { sharedWorkerHost } from "./shared-worker-host.js";

const made: { url: string; options: unknown; worker: FakeSharedWorker }[] = [];
let documentListeners: EventTarget;
let answer: () => Promise<Response>;

class FakeSharedWorker {
  onerror: (() => void) | null = null;
  readonly port = new MessageChannel().port1;

  constructor(url: string | URL, options: unknown) {
    made.push({ url: String(url), options, worker: this });
  }
}

const script = (status: number, contentType: string) => () =>
  Promise.resolve(new Response("", { status, headers: { "content-type": contentType } }));

beforeEach(() => {
  made.length = 0;
  documentListeners = new EventTarget();
  answer = script(200, "text/javascript");
  vi.stubGlobal("SharedWorker", FakeSharedWorker);
  vi.stubGlobal("location", { href: "https://app.example/index.html" });
  vi.stubGlobal("document", documentListeners);
  vi.stubGlobal("fetch", () => answer());
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function violation(more: Partial<SecurityPolicyViolationEventInit> = {}): Event {
  return Object.assign(new Event("securitypolicyviolation"), {
    effectiveDirective: "worker-src",
    disposition: "enforce",
    blockedURI: "https://app.example/w.js",
    ...more,
  });
}

const open = (workerUrl?: string | TrustedScriptUrl, locks = new MemoryLocks()): Promise<HubPort> =>
  sharedWorkerHost(locks, workerUrl).open("wamp-mux");

/** Puts the page next to the client's module, whose URL is that of a file in these tests. */
function movePageNextToClient(): void {
  vi.stubGlobal("location", { href: new URL("./index.html", import.meta.url).href });
}

/** Makes the browser refuse to create workers. */
function refuseWorkers(refusal: Error): void {
  vi.stubGlobal(
    "SharedWorker",
    class {
      constructor() {
        throw refusal;
      }
    },
  );
}

const COPY = 'copy it with `npx wamp-mux worker <public folder>` and pass `workerUrl: "/worker.js"`';

describe("the worker", () => {
  it("is created from the file next to this module, with the options that never change", async () => {
    movePageNextToClient();
    const { url } = await open();
    expect(url).toBe(new URL("./worker.js", import.meta.url).href);
    expect(made).toMatchObject([
      { url, options: { type: "module", name: "wamp-mux", extendedLifetime: true } },
    ]);
  });

  it("@G17 is created under the name that is asked for, which is the only difference", async () => {
    movePageNextToClient();
    await sharedWorkerHost(new MemoryLocks(), undefined).open("wamp-mux-2");
    await sharedWorkerHost(new MemoryLocks(), "./worker.js").open("wamp-mux-2");
    const url = new URL("./worker.js", import.meta.url).href;
    const options = { type: "module", name: "wamp-mux-2", extendedLifetime: true };
    expect(made).toMatchObject([
      { url, options },
      { url, options },
    ]);
  });

  it("is created from the given URL with the same options", async () => {
    const { url, port } = await open("https://app.example/other.js");
    expect(url).toBe("https://app.example/other.js");
    expect(port).toBe(made[0]?.worker.port);
    expect(made).toMatchObject([
      {
        url: "https://app.example/other.js",
        options: { type: "module", name: "wamp-mux", extendedLifetime: true },
      },
    ]);
  });

  it("may have a URL relative to the page", async () => {
    expect((await open("assets/worker.js")).url).toBe("https://app.example/assets/worker.js");
    expect(made).toMatchObject([{ url: "https://app.example/assets/worker.js" }]);
  });

  it.each([
    ["blob:https://app.example/1234", "own origin", "blob:https://app.example/1234"],
    ["data:text/javascript,1", "own origin", "a string"],
    ["https://elsewhere.example/worker.js", "https://app.example", "https://elsewhere.example/worker.js"],
    ["http://[", "a URL", "a string"],
  ])("cannot have the URL %s", async (workerUrl, rule, value) => {
    const error: unknown = await open(workerUrl).catch((reason: unknown) => reason);
    const shown = /^an? /.test(value) ? value : JSON.stringify(value);
    expect(error).toMatchObject({ name: "InvalidArgumentError", value: shown });
    expect(String(error)).toContain(rule);
    expect(made).toEqual([]);
  });

  it.each([
    ["of the router", "wss://joe:s3cret@router.example/ws?token=t0ken"],
    ["of the router with a typing error", "wss://joe:s3cret@[router.example/ws?token=t0ken"],
    ["without its scheme", "joe:s3cret@router.example/ws?token=t0ken"],
  ])("is refused without the secrets of a URL %s in its place", async (_what, workerUrl) => {
    const error: unknown = await open(workerUrl).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "InvalidArgumentError" });
    expect(String(error) + JSON.stringify(error)).not.toMatch(/s3cret|t0ken/);
  });

  it("has a URL without user and password, which errors and the status would show", async () => {
    const { url, failed } = await open("https://joe:s3cret@app.example/w.js?v=2");
    made[0]?.worker.onerror?.();
    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    expect([url, made[0]?.url]).toEqual(["https://app.example/w.js?v=2", "https://app.example/w.js?v=2"]);
    expect(String(error) + JSON.stringify(error)).not.toContain("s3cret");
  });

  it("that the browser refuses to create is an error with a reason", async () => {
    const cause = new DOMException("not here", "SecurityError");
    refuseWorkers(cause);
    await expect(open("https://app.example/w.js")).rejects.toMatchObject({
      name: "WorkerStartError",
      reason: "unsupported",
      url: "https://app.example/w.js",
      cause,
    });
  });

  it("that the page's policy forbids is an error with the reason csp, even if the constructor throws before the violation is reported", async () => {
    refuseWorkers(new DOMException("not here", "SecurityError"));
    const opening = open("https://app.example/w.js");
    nextTask(() => documentListeners.dispatchEvent(violation()));
    await expect(opening).rejects.toMatchObject({
      reason: "csp",
      message: expect.stringContaining("add worker-src 'self' to the policy") as unknown,
    });
  });

  it("of a page that was opened from a file names that as the cause", async () => {
    movePageNextToClient();
    refuseWorkers(new DOMException("not here", "SecurityError"));
    await expect(open()).rejects.toMatchObject({
      reason: "cross-origin",
      message: expect.stringContaining("serve its folder by http") as unknown,
    });
  });

  it("of a bundle that has the URL of the computer it was built on is an error with the reason no-url and the cure", async () => {
    await expect(open()).rejects.toMatchObject({
      reason: "no-url",
      message: expect.stringContaining(COPY) as unknown,
    });
    expect(made).toEqual([]);
  });

  it.each([
    ["not-found", script(404, "text/plain"), "status 404"],
    ["not-found", script(404, "text/plain"), COPY],
    ["wrong-type", script(200, "text/html"), COPY],
    ["network", script(503, "text/plain"), "status 503"],
    ["network", () => Promise.reject(new TypeError("Failed to fetch")), "Failed to fetch"],
    ["wrong-type", script(200, "text/html; charset=utf-8"), '"text/html; charset=utf-8"'],
    ["script", script(200, "text/javascript; charset=utf-8"), "fails while it starts"],
    ["script", script(200, "application/javascript"), "fails while it starts"],
  ] as const)("that does not start is an error with the reason %s", async (reason, probe, why) => {
    answer = probe;
    const { failed } = await open("https://app.example/w.js");
    made[0]?.worker.onerror?.();
    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "WorkerStartError", reason, url: "https://app.example/w.js" });
    expect(String(error)).toContain(why);
  });

  it("whose server does not answer the probe either is an error with the reason network", async () => {
    const late = new AbortController();
    const limits: number[] = [];
    vi.spyOn(AbortSignal, "timeout").mockImplementation((limit) => {
      limits.push(limit);
      return late.signal;
    });
    let asked: () => void = () => undefined;
    const probed = new Promise<void>((resolve) => (asked = resolve));
    vi.stubGlobal("fetch", (_url: string, { signal }: RequestInit) => {
      asked();
      return new Promise((_never, fail) =>
        signal?.addEventListener("abort", () => fail(signal.reason as Error)),
      );
    });
    const { failed } = await open("https://app.example/w.js");
    made[0]?.worker.onerror?.();
    await probed;
    late.abort(new DOMException("signal timed out", "TimeoutError"));
    await expect(failed).rejects.toMatchObject({ reason: "network" });
    expect(limits).toEqual([5_000]);
    vi.restoreAllMocks();
  });

  it("that the page's policy forbids is an error with the reason csp, even if the browser reports it late", async () => {
    answer = () => {
      documentListeners.dispatchEvent(violation());
      return Promise.reject(new TypeError("Failed to fetch"));
    };
    const { failed } = await open("https://app.example/w.js");
    made[0]?.worker.onerror?.();
    await expect(failed).rejects.toMatchObject({ reason: "csp" });
  });

  it.each<[string, SecurityPolicyViolationEventInit["disposition"], string, string]>([
    ["of another directive", "enforce", "img-src", "https://app.example/w.js"],
    ["that is only reported", "report", "worker-src", "https://app.example/w.js"],
    ["of another worker", "enforce", "worker-src", "https://cdn.example/other-worker.js"],
    ["of a worker at no URL", "enforce", "worker-src", "blob"],
  ])(
    "@G17 is not blamed for a violation %s, which would keep the page from another attempt",
    async (_what, disposition, effectiveDirective, blockedURI) => {
      answer = script(503, "text/plain");
      const { failed } = await open("https://app.example/w.js");
      documentListeners.dispatchEvent(
        violation({
          disposition,
          effectiveDirective,
          blockedURI,
        } as Partial<SecurityPolicyViolationEventInit>),
      );
      made[0]?.worker.onerror?.();
      await expect(failed).rejects.toMatchObject({ reason: "network" });
    },
  );

  it("is recognized in a violation without its fragment", async () => {
    const { failed } = await open("https://app.example/w.js?v=2#part");
    documentListeners.dispatchEvent(violation({ blockedURI: "https://app.example/w.js?v=2" }));
    made[0]?.worker.onerror?.();
    await expect(failed).rejects.toMatchObject({ reason: "csp" });
  });

  it("@G17 is lost when the Web Lock of its incarnation is released", async () => {
    movePageNextToClient();
    const locks = new MemoryLocks();
    const incarnation = "life-1" as Incarnation;
    locks.take(workerLock(incarnation));
    const opened = await open(undefined, locks);
    let lost = false;
    const waiting = opened.lost(incarnation).then(() => (lost = true));
    await Promise.resolve();
    expect(lost).toBe(false);
    locks.release(workerLock(incarnation));
    await waiting;
  });

  it("is no longer observed after the release", async () => {
    movePageNextToClient();
    const locks = new MemoryLocks();
    const incarnation = "life-1" as Incarnation;
    locks.take(workerLock(incarnation));
    const opened = await open(undefined, locks);
    void opened.lost(incarnation);
    expect(locks.watching).toBe(1);
    opened.release();
    expect([locks.watching, made[0]?.worker.onerror]).toEqual([0, null]);
  });
});
