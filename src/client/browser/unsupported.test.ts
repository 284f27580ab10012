import { afterEach, describe, expect, it, vi } from "vitest";
import { connect } from "../index.js";

const options = { url: "ws://router.example/", realm: "realm1" };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("where a shared session is not possible", () => {
  it("connect() rejects and names everything that is missing", async () => {
    vi.stubGlobal("SharedWorker", undefined);
    vi.stubGlobal("navigator", {});
    await expect(connect(options)).rejects.toMatchObject({
      name: "UnsupportedError",
      missing: ["SharedWorker", "navigator.locks"],
    });
  });

  it("connect() says that Web Locks need a secure context", async () => {
    vi.stubGlobal("SharedWorker", class {});
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("isSecureContext", false);
    const error: unknown = await connect(options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "UnsupportedError", missing: ["navigator.locks"] });
    expect(String(error)).toContain("https");
  });

  it("connect() rejects when the browser has Web Locks but refuses them to the page", async () => {
    const cause = new DOMException("opaque origin", "SecurityError");
    vi.stubGlobal("SharedWorker", class {});
    vi.stubGlobal("navigator", { locks: { request: () => Promise.reject(cause) } });
    vi.stubGlobal("location", { href: "https://app.example/" });
    await expect(connect(options)).rejects.toMatchObject({
      name: "UnsupportedError",
      missing: ["navigator.locks"],
      message: expect.stringContaining("opaque origin") as unknown,
      cause,
    });
  });

  it("connect() nevertheless rejects what it cannot understand", async () => {
    await expect(connect({ ...options, url: "" })).rejects.toMatchObject({ name: "InvalidArgumentError" });
  });
});
