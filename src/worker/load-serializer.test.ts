import { afterEach, expect, it, vi } from "vitest";
import { loadSerializer } from "./load-serializer.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

const stubLocation = (href: string): void => {
  const { origin } = new URL(href);
  vi.stubGlobal("self", { location: { href, origin } });
};

it.each(["https://elsewhere.example/msgpack-serializer.js", "data:text/javascript,export{}"])(
  "a serializer is not loaded from another origin: %s",
  async (url) => {
    stubLocation("https://app.example/worker.js");
    await expect(loadSerializer(url)).rejects.toThrow(`${url} is not a file of the worker's origin`);
  },
);

it("a serializer is the export `serializer` of its file", async () => {
  const file = new URL("../codec/msgpack-serializer.ts", import.meta.url);
  // The origin of a file: URL is opaque: "null" for all of them.
  vi.stubGlobal("self", { location: { href: import.meta.url, origin: file.origin } });
  expect((await loadSerializer(file.href)).name).toBe("msgpack");
});
