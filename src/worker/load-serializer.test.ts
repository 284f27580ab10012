import { afterEach, expect, it, vi } from "vitest";
import { loadSerializer } from "./load-serializer.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Makes modules of this computer files of the worker's origin. */
function stubLocation(href = import.meta.url): void {
  vi.stubGlobal("self", { location: { href, origin: new URL(href).origin } });
}

it.each(["https://elsewhere.example/msgpack-serializer.js", "data:text/javascript,export{}"])(
  "a serializer is not loaded from another origin: %s",
  async (url) => {
    stubLocation("https://app.example/worker.js");
    await expect(loadSerializer(url, 1)).rejects.toThrow(`${url} is not a file of the worker's origin`);
  },
);

it("a serializer is the export of its file, at the first attempt and at later ones", async () => {
  stubLocation();
  const { href } = new URL("../codec/msgpack-serializer.ts", import.meta.url);
  expect((await loadSerializer(href, 1)).name).toBe("msgpack");
  expect((await loadSerializer(href, 2)).name).toBe("msgpack");
});

it("a file of another version is refused", async () => {
  stubLocation();
  const { href } = new URL("../codec/serializer-version.ts", import.meta.url);
  await expect(loadSerializer(href, 1)).rejects.toThrow("has version undefined, the worker needs version 1");
});
