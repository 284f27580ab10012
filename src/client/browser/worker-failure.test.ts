import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createScriptTrust } from "./script-trust.js";
import { workerStartError } from "./worker-failure.js";
import { isOwnScript } from "./worker-url.js";

const COPY = 'copy it with `npx wamp-mux worker <public folder>` and pass `workerUrl: "/worker.js"`';

beforeEach(() => {
  vi.stubGlobal("location", { href: "https://app.example/index.html" });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Resolves with the error for a worker that the constructor refused with `cause`. */
const refused = (url: string | undefined, cause: unknown, refusal?: unknown) =>
  workerStartError({ url, cause, violations: [], refusal });

describe("a worker script that no page can use", () => {
  const cause = new TypeError("The script is not of the page's own origin");

  it("of another origin is refused with the rule and the cure", async () => {
    const error = await refused("https://cdn.example/wamp-mux/worker.js", cause);
    expect(error).toMatchObject({ reason: "cross-origin", url: "https://cdn.example/wamp-mux/worker.js" });
    expect(error.message).toContain("only from the page's own origin, https://app.example");
    expect(error.message).toContain(COPY);
  });

  it("that a bundler has inlined is refused without its text", async () => {
    const error = await refused(`data:text/javascript,${"x".repeat(50_000)}`, cause);
    expect(error).toMatchObject({ reason: "cross-origin", url: "data:..." });
    expect(error.message).toContain(COPY);
    expect(error.message.length).toBeLessThan(500);
  });

  it("is none of the page's own origin", () => {
    expect(isOwnScript("https://app.example/assets/worker.js")).toBe(true);
    expect(isOwnScript("https://cdn.example/worker.js")).toBe(false);
  });

  it("without a URL, as in an IIFE bundle, is the client's that does not know where it is", async () => {
    const cause = new TypeError("Invalid URL");
    const error = await refused(undefined, cause);
    expect(error).toMatchObject({ name: "WorkerStartError", reason: "no-url", url: "worker.js", cause });
    expect(error.message).toContain(COPY);
    expect(error.message).not.toContain("Invalid URL");
  });
});

describe("a diagnosis whose file cannot be loaded", () => {
  beforeEach(() => {
    vi.doMock("./diagnosis.js", () => {
      throw new TypeError("Importing a module script failed.");
    });
  });

  afterEach(() => {
    vi.doUnmock("./diagnosis.js");
  });

  it("@G17 leaves the reason unknown, which passes, and names the obstacle and the likeliest cure", async () => {
    const url = "https://app.example/worker.js";
    const error = await refused(url, undefined);
    expect(error).toMatchObject({ name: "WorkerStartError", reason: "unknown", url });
    expect(error.cause).toBeInstanceOf(Error);
    for (const part of [url, "diagnosis.js", "connect again", COPY]) expect(error.message).toContain(part);
  });

  it("keeps what the browser has said", async () => {
    const cause = new DOMException("not here", "SecurityError");
    const error = await refused("https://app.example/worker.js", cause);
    expect(error).toMatchObject({ reason: "unknown", cause });
    for (const part of ["not here", "diagnosis.js", COPY]) expect(error.message).toContain(part);
  });

  it("leaves the text of an inlined script out", async () => {
    const error = await refused(`data:text/javascript,${"x\n".repeat(50_000)}`, new TypeError("no"));
    expect(error).toMatchObject({ reason: "unknown", url: "data:..." });
    expect(error.message.length).toBeLessThan(500);
  });
});

describe("Trusted Types", () => {
  const url = "https://app.example/worker.js";

  it("are left alone in a browser without them", () => {
    expect(createScriptTrust().trust(url)).toBe(url);
  });

  it("get one policy of the package's own, which trusts scripts of the page's own origin only", () => {
    const created: string[] = [];
    vi.stubGlobal("trustedTypes", {
      createPolicy: (name: string, rules: object) => {
        created.push(name);
        return rules;
      },
    });
    const trust = createScriptTrust();
    expect([trust.trust(url), trust.trust("/worker.js"), created]).toEqual([url, "/worker.js", ["wamp-mux"]]);
    expect(() => trust.trust("https://cdn.example/worker.js")).toThrow(TypeError);
    expect(() => trust.trust("data:text/javascript,1")).toThrow(TypeError);
  });

  it("whose policy is refused matter only if the browser refuses the URL too; the policy is not asked for again", async () => {
    let asked = 0;
    const refusal = new TypeError('Policy "wamp-mux" disallowed.');
    vi.stubGlobal("trustedTypes", {
      createPolicy: () => {
        asked += 1;
        throw refusal;
      },
    });
    const trust = createScriptTrust();
    expect([trust.trust(url), trust.trust(url), asked]).toEqual([url, url, 1]);
    const error = await refused(url, new TypeError("requires TrustedScriptURL"), trust.refusal());
    expect(error).toMatchObject({ reason: "csp", url });
    for (const part of ["disallowed", "add trusted-types wamp-mux", "'allow-duplicates'"])
      expect(error.message).toContain(part);
    const other = await refused(url, new DOMException("no", "SecurityError"), trust.refusal());
    expect(other.reason).toBe("unsupported");
  });
});
