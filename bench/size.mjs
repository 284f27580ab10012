// Measures the files of the package that a page loads, minified and compressed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { minify } from "vite";

const dist = fileURLToPath(new URL("node_modules/wamp-mux/dist/", import.meta.url));

/** @param {readonly string[]} files */
async function compressed(files) {
  let bytes = 0;
  for (const file of files) {
    const { code } = await minify(file, readFileSync(join(dist, file), "utf8"), { module: true });
    bytes += gzipSync(code, { level: 9 }).length;
  }
  return bytes;
}

/** @returns {Promise<import("./verdicts.mjs").Repetition>} */
export async function measureSize() {
  // The client imports these chunks when the session speaks MessagePack.
  const client = readFileSync(join(dist, "client.js"), "utf8");
  const chunks = [...client.matchAll(/\bimport\("\.\/([\w.-]+)"\)/g)].flatMap(([, file]) => file ?? []);
  const metrics = {
    client: await compressed(["client.js"]),
    worker: await compressed(["worker.js"]),
    ...(chunks.length > 0 && { chunk: await compressed(chunks) }),
  };
  return { order: ["wamp-mux"], measurements: { "wamp-mux": { metrics } } };
}
