import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ScriptTrust } from "./script-trust.js";
import { constructorError, unusableUrl } from "./worker-failure.js";

const COPY = 'copy it with `npx wamp-mux worker <public folder>` and pass `workerUrl: "/worker.js"`';

beforeEach(() => {
  vi.stubGlobal("location", { href: "https://app.example/index.html" });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const quiet = {
  workerWasBlocked: () => false,
  next: () => Promise.resolve(),
  stop: () => undefined,
};

describe("a worker script that no page can use", () => {
  it("of another origin is refused with the rule and the cure", () => {
    const error = unusableUrl("https://cdn.example/wamp-mux/worker.js");
    expect(error).toMatchObject({ reason: "cross-origin", url: "https://cdn.example/wamp-mux/worker.js" });
    expect(error?.message).toContain("only from the page's own origin, https://app.example");
    expect(error?.message).toContain(COPY);
  });

  it("that a bundler has inlined is refused without its text", () => {
    const error = unusableUrl(`data:text/javascript,${"x".repeat(50_000)}`);
    expect(error).toMatchObject({ reason: "cross-origin", url: "data:…" });
    expect(error?.message).toContain(COPY);
    expect(error?.message.length).toBeLessThan(500);
  });

  it("of the page's own origin is none", () => {
    expect(unusableUrl("https://app.example/assets/worker.js")).toBeUndefined();
  });

  it("without a URL, as in an IIFE bundle, is the client's that does not know where it is", async () => {
    const cause = new TypeError("Invalid URL");
    const error = await constructorError(undefined, cause, quiet, new ScriptTrust());
    expect(error).toMatchObject({ name: "WorkerStartError", reason: "no-url", cause });
    expect(error.message).toContain(COPY);
    expect(error.message).not.toContain("Invalid URL");
  });
});

describe("Trusted Types", () => {
  const url = "https://app.example/worker.js";

  it("are left alone in a browser without them", () => {
    expect(new ScriptTrust().trust(url)).toBe(url);
  });

  it("get one policy of the package's own, which trusts scripts of the page's own origin only", () => {
    const created: string[] = [];
    vi.stubGlobal("trustedTypes", {
      createPolicy: (name: string, rules: object) => {
        created.push(name);
        return rules;
      },
    });
    const trust = new ScriptTrust();
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
    const trust = new ScriptTrust();
    expect([trust.trust(url), trust.trust(url), asked]).toEqual([url, url, 1]);
    const error = await constructorError(url, new TypeError("requires TrustedScriptURL"), quiet, trust);
    expect(error).toMatchObject({ reason: "csp", url });
    for (const part of ["disallowed", "add trusted-types wamp-mux", "'allow-duplicates'"])
      expect(error.message).toContain(part);
    const other = await constructorError(url, new DOMException("no", "SecurityError"), quiet, trust);
    expect(other.reason).toBe("unsupported");
  });
});
