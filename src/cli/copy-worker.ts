import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The built worker: its script, and the files that it loads when a session needs them. */
export const workerFiles = [
  "worker.js",
  "worker.js.map",
  "msgpack-serializer.js",
  "msgpack-serializer.js.map",
  "argon2.js",
  "argon2.js.map",
  "ed25519.js",
  "ed25519.js.map",
] as const;

/** Copies the worker from one folder to another and overwrites the files of an older version. Throws if copying fails. */
export function copyWorker(from: string, to: string): void {
  if (statSync(to, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new TypeError(`${to} is a file, not a folder`);
  }
  mkdirSync(to, { recursive: true });
  for (const file of workerFiles) copyFileSync(join(from, file), join(to, file));
}
