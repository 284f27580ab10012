import { afterEach, expect, it, vi } from "vitest";
import { argon2id } from "../auth/argon2.js";
import { FakeClock } from "../testing/fake-clock.js";
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
