import { afterEach, expect, it, vi } from "vitest";
import { argon2id } from "../auth/argon2.js";
import { FakeClock } from "../testing/fake-clock.js";
import { ALGORITHM_VERSION } from "./algorithm-file.js";
import { createAlgorithmFiles } from "./algorithm-files.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Makes modules of this computer files of the worker's origin. */
function stubLocation(href = import.meta.url): void {
  vi.stubGlobal("self", { location: { href, origin: new URL(href).origin } });
}
const passing = (words: string) => ({
  message: expect.stringContaining(`the algorithm argon2id could not be loaded: ${words}`) as unknown,
  obstacle: { name: "ConnectionLostError" },
});

it("an algorithm is the export of its file", async () => {
  stubLocation();
  const files = createAlgorithmFiles(new FakeClock());
  files.locate("argon2id", new URL("argon2-file.ts", import.meta.url).href);
  expect(await files.load("argon2id")).toBe(argon2id);
  expect(await files.load("argon2id")).toBe(argon2id);
});

it("@G27 sessions that need an algorithm at the same time, and later, load its file once", async () => {
  stubLocation();
  const counted = globalThis as { loadings?: number };
  counted.loadings = 0;
  // Each address is a module of its own.
  const text = `globalThis.loadings += 1; export const version = ${ALGORITHM_VERSION}, algorithm = 7;`;
  const files = createAlgorithmFiles(new FakeClock());
  files.locate("argon2id", `data:text/javascript,${text}`);
  expect(await Promise.all([files.load("argon2id"), files.load("argon2id")])).toEqual([7, 7]);
  expect(await files.load("argon2id")).toBe(7);
  expect(counted.loadings).toBe(1);
});

it("@G27 an algorithm whose file is not known, or has another origin, is a passing obstacle by name", async () => {
  stubLocation("https://app.example/worker.js");
  const files = createAlgorithmFiles(new FakeClock());
  await expect(files.load("argon2id")).rejects.toMatchObject(passing("no file of it is known"));
  files.locate("argon2id", "https://elsewhere.example/argon2.js");
  await expect(files.load("argon2id")).rejects.toMatchObject(
    passing("https://elsewhere.example/argon2.js is not"),
  );
});

it("@G27 an algorithm whose file does not arrive within 4 s is a passing obstacle by name, and the latest place counts", async () => {
  stubLocation();
  const clock = new FakeClock();
  const files = createAlgorithmFiles(clock);
  files.locate("argon2id", "data:text/javascript,await new Promise(() => {})");
  const loading = files.load("argon2id");
  const outcome = expect(loading).rejects.toMatchObject(passing("data:"));
  clock.advance(4_000);
  await outcome;
  files.locate("argon2id", new URL("argon2-file.ts", import.meta.url).href);
  expect(await files.load("argon2id")).toBe(argon2id);
});

it("a file of another version is not used", async () => {
  stubLocation();
  const files = createAlgorithmFiles(new FakeClock());
  files.locate("argon2id", "data:text/javascript,export const version = 2, algorithm = 1");
  await expect(files.load("argon2id")).rejects.toMatchObject(passing("data:"));
});
