// Compares the files that a page loads, minified and compressed, with the limits of .size-limit.json.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minify } from "vite";
import { root, run } from "./tools.mjs";

const folder = join(root, ".cache/size");
mkdirSync(folder, { recursive: true });
for (const name of [
  "client.js",
  "msgpack.js",
  "passthru.js",
  "xsalsa20poly1305.js",
  "diagnosis.js",
  "keys.js",
  "argon2.js",
  "ed25519.js",
  "worker.js",
  "msgpack-serializer.js",
]) {
  const { code, errors } = await minify(name, readFileSync(join(root, "dist", name), "utf8"), {
    module: true,
  });
  if (errors.length > 0) throw new Error(`${name} could not be minified: ${JSON.stringify(errors)}`);
  // One other character makes a browser keep the whole script with two bytes for each.
  const [wide] = code.match(/[^\0-\xff]/) ?? [];
  if (wide !== undefined && name !== "worker.js")
    throw new Error(`${name} has the character ${JSON.stringify(wide)}, which takes two bytes`);
  writeFileSync(join(folder, name), code);
}
process.exitCode = run(["size-limit"]) ? 0 : 1;
