import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyWorker } from "./copy-worker.js";

const workerFiles = [
  "worker.js",
  "worker.js.map",
  "cbor-serializer.js",
  "cbor-serializer.js.map",
  "msgpack-serializer.js",
  "msgpack-serializer.js.map",
];
let folder: string;
let from: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wamp-mux-"));
  from = join(folder, "dist");
  mkdirSync(from);
  for (const file of [...workerFiles, "client.js", "msgpack.js", "my-worker.js"])
    writeFileSync(join(from, file), `new ${file}`);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it("copies the scripts of the worker and their source maps, and no other file, to a folder that it creates", () => {
  const to = join(folder, "public/wamp");
  expect(copyWorker(from, to)).toEqual(workerFiles);
  expect(readdirSync(to)).toEqual([...workerFiles].sort());
  expect(readFileSync(join(to, "worker.js"), "utf8")).toBe("new worker.js");
});

it("replaces an older worker and leaves other files alone", () => {
  writeFileSync(join(folder, "worker.js"), "old");
  writeFileSync(join(folder, "index.html"), "mine");
  copyWorker(from, folder);
  expect(readFileSync(join(folder, "worker.js"), "utf8")).toBe("new worker.js");
  expect(readFileSync(join(folder, "index.html"), "utf8")).toBe("mine");
});

it("refuses a folder without a worker", () => {
  rmSync(join(from, "worker.js"));
  expect(() => copyWorker(from, folder)).toThrow(`${from} has no worker.js`);
});

it("refuses a file in place of the folder", () => {
  const to = join(folder, "public");
  writeFileSync(to, "");
  expect(() => copyWorker(from, to)).toThrow(`${to} is a file, not a folder`);
});
