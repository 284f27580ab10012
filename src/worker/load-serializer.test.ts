import { afterEach, expect, it, vi } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { serializerLoader } from "./load-serializer.js";

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, Symbol.for("wamp-mux files"));
});

const clock = new FakeClock();
const load = serializerLoader(clock);

/** Makes modules of this computer files of the worker's origin. */
function stubLocation(href = import.meta.url): void {
  vi.stubGlobal("self", { location: { href, origin: new URL(href).origin } });
}

it.each(["https://elsewhere.example/msgpack-serializer.js", "data:text/javascript,export{}"])(
  "a serializer is not loaded from another origin: %s",
  async (url) => {
    stubLocation("https://app.example/worker.js");
    await expect(load("msgpack", url, 1)).rejects.toThrow(`${url} is not a file of the worker's origin`);
  },
);

it("a serializer is the export of its file, at the first attempt and at later ones", async () => {
  stubLocation();
  const { href } = new URL("../codec/msgpack-serializer.ts", import.meta.url);
  expect((await load("msgpack", href, 1)).name).toBe("msgpack");
  expect((await load("msgpack", href, 2)).name).toBe("msgpack");
});

it("a serializer is what its file has left, where a bundler has dropped its exports, also if another file comes at the same time", async () => {
  stubLocation();
  const left = {
    msgpack: { version: 2, serializer: { name: "msgpack" } },
    cbor: { version: 2, serializer: { name: "cbor" } },
  };
  const script = (name: keyof typeof left) => {
    const places = '(globalThis[Symbol.for("wamp-mux files")] ??= new Map())';
    const code = `${places}.set("${name}", ${JSON.stringify(left[name])})`;
    return `data:text/javascript,${encodeURIComponent(code)}`;
  };
  const loading = [load("msgpack", script("msgpack"), 1), load("cbor", script("cbor"), 1)];
  expect(await Promise.all(loading)).toEqual([left.msgpack.serializer, left.cbor.serializer]);
  await expect(load("json", "data:text/javascript,", 1)).rejects.toThrow("has version undefined");
});

it("a file of another version is refused", async () => {
  stubLocation();
  const { href } = new URL("../codec/serializer-version.ts", import.meta.url);
  await expect(load("msgpack", href, 1)).rejects.toThrow("has version undefined, the worker needs version 2");
});

it("a file that does not arrive counts as missing after 4 s", async () => {
  stubLocation();
  // Its origin is opaque, as that of the files of this computer.
  const loading = load("msgpack", "data:text/javascript,await new Promise(() => {})", 1);
  let failure: unknown;
  loading.catch((cause: unknown) => (failure = cause));
  clock.advance(3_999);
  await Promise.resolve();
  expect(failure).toBeUndefined();
  clock.advance(1);
  await expect(loading).rejects.toThrow("did not arrive within 4000 ms");
});

it.each([
  ["https://cdn.example/m.js?token=s3cret", "https://cdn.example/m.js is not a file"],
  ["/no-such-file.js?token=s3cret#s3cret", "no-such-file.js"],
])("no message shows the query of a file's URL: %s", async (url, shown) => {
  stubLocation();
  const failure: unknown = await load("msgpack", url, 2).catch((cause: unknown) => cause);
  expect(String(failure)).toContain(shown);
  expect(String(failure)).not.toContain("s3cret");
});

it("@G28 a serializer of the application is what its module exports, from the worker's origin alone", async () => {
  stubLocation();
  const script = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const json = "export const encode = JSON.stringify, decode = JSON.parse;";
  expect(await load("own", script(json), 1)).toMatchObject({ name: "own", binary: false, custom: true });
  await expect(load("own", script("export const encode = JSON.stringify"), 1)).rejects.toThrow(
    'the module of the serializer "own" must export the functions encode and decode',
  );
  stubLocation("https://app.example/worker.js");
  await expect(load("own", "https://elsewhere.example/own.js?key=s3cret", 1)).rejects.toThrow(
    "https://elsewhere.example/own.js is not a file of the worker's origin",
  );
});
