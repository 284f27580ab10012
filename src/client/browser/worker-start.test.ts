import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startWorker } from "./worker-start.js";

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

function violation(effectiveDirective: string): Event {
  return Object.assign(new Event("securitypolicyviolation"), { effectiveDirective });
}

describe("the worker", () => {
  it("is made from the file beside this module, with the options that never change", () => {
    const { url } = startWorker(undefined);
    expect(url).toBe(new URL("./worker.js", import.meta.url).href);
    expect(made).toMatchObject([
      { url, options: { type: "module", name: "wamp-mux", extendedLifetime: true } },
    ]);
  });

  it("is made from the given URL with the same options", () => {
    expect(startWorker("https://app.example/other.js").url).toBe("https://app.example/other.js");
    expect(made).toMatchObject([
      {
        url: "https://app.example/other.js",
        options: { type: "module", name: "wamp-mux", extendedLifetime: true },
      },
    ]);
  });

  it("that the browser refuses to make is an error with a reason", () => {
    vi.stubGlobal(
      "SharedWorker",
      class {
        constructor() {
          throw new DOMException("not here", "SecurityError");
        }
      },
    );
    expect(() => startWorker("https://app.example/w.js")).toThrow(
      expect.objectContaining({
        name: "WorkerStartError",
        reason: "unsupported",
        url: "https://app.example/w.js",
      }),
    );
  });

  it.each([
    ["not-found", script(404, "text/plain"), "status 404"],
    ["network", script(503, "text/plain"), "status 503"],
    ["network", () => Promise.reject(new TypeError("Failed to fetch")), "Failed to fetch"],
    ["wrong-type", script(200, "text/html; charset=utf-8"), '"text/html; charset=utf-8"'],
    ["script", script(200, "text/javascript; charset=utf-8"), "fails while it starts"],
    ["script", script(200, "application/javascript"), "fails while it starts"],
  ] as const)("that does not start is an error with the reason %s", async (reason, probe, why) => {
    answer = probe;
    const { failed } = startWorker("https://app.example/w.js");
    made[0]?.worker.onerror?.();
    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "WorkerStartError", reason, url: "https://app.example/w.js" });
    expect(String(error)).toContain(why);
  });

  it("that the page's policy forbids is an error with the reason csp, also when that is told late", async () => {
    answer = () => {
      documentListeners.dispatchEvent(violation("worker-src"));
      return Promise.reject(new TypeError("Failed to fetch"));
    };
    const { failed } = startWorker("https://app.example/w.js");
    made[0]?.worker.onerror?.();
    await expect(failed).rejects.toMatchObject({ reason: "csp" });
  });

  it("is not blamed for another violation of the policy", async () => {
    const { failed } = startWorker("https://app.example/w.js");
    documentListeners.dispatchEvent(violation("img-src"));
    made[0]?.worker.onerror?.();
    await expect(failed).rejects.toMatchObject({ reason: "script" });
  });
});
