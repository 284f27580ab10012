import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The files of the built worker: its script, the serializers and algorithms that it loads when a session uses them, and their source maps. */
const WORKER_FILE = /^(?:worker|argon2|ed25519|[\da-z]+-serializer)\.js(?:\.map)?$/;

/**
 * Copies the worker from one folder to another and overwrites the files of an older version. Returns the names of the files. Throws if
 * copying fails.
 */
export function copyWorker(from: string, to: string): readonly string[] {
  if (statSync(to, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new TypeError(`${to} is a file, not a folder`);
  }
  mkdirSync(to, { recursive: true });
  const files = readdirSync(from).filter((file) => WORKER_FILE.test(file));
  if (!files.includes("worker.js")) throw new Error(`${from} has no worker.js`);
  for (const file of files) copyFileSync(join(from, file), join(to, file));
  return files.toSorted(
    (one, other) => Number(other.startsWith("worker")) - Number(one.startsWith("worker")),
  );
}
