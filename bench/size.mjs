// Measures the files of the package that a page loads, minified and compressed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { minify } from "vite";

const installed = fileURLToPath(new URL("node_modules/wamp-mux/", import.meta.url));

/**
 * @param {string} dist
 * @param {readonly string[]} files
 */
async function compressed(dist, files) {
  let bytes = 0;
  for (const file of files) {
    const { code } = await minify(file, readFileSync(join(dist, file), "utf8"), { module: true });
    bytes += gzipSync(code, { level: 9 }).length;
  }
  return bytes;
}

/** @param {string} folder of the package */
async function sizesOf(folder) {
  const dist = join(folder, "dist");
  // The client loads these chunks when the session speaks MessagePack; the others, when it speaks CBOR, or when a worker did not start.
  const client = readFileSync(join(dist, "client.js"), "utf8");
  const chunks = [...client.matchAll(/\bimport\("\.\/([\w.-]+)"\)/g)].flatMap(([, file = ""]) =>
    file === "diagnosis.js" || file === "cbor.js" ? [] : file,
  );
  return {
    client: await compressed(dist, ["client.js"]),
    worker: await compressed(dist, ["worker.js"]),
    // Earlier versions have no such file: their worker.js includes MessagePack.
    msgpackWorker: await compressed(
      dist,
      ["worker.js", "msgpack-serializer.js"].filter((file) => existsSync(join(dist, file))),
    ),
    ...(chunks.length > 0 && { chunk: await compressed(dist, chunks) }),
  };
}

/**
 * @param {string} [before] folder of an earlier version of this package
 * @returns {Promise<import("./verdicts.mjs").Repetition>}
 */
export async function measureSize(before) {
  return {
    order: before === undefined ? ["wamp-mux"] : ["wamp-mux", "before"],
    measurements: {
      "wamp-mux": { metrics: await sizesOf(installed) },
      ...(before !== undefined && { before: { metrics: await sizesOf(before) } }),
    },
  };
}
