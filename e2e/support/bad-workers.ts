import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";

const script = (response: ServerResponse, body: string, type = "text/javascript") => {
  response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
};

/** The real worker, but it says that it speaks another contract. */
async function otherContract(response: ServerResponse) {
  const worker = await readFile(new URL("../../dist/worker.js", import.meta.url), "utf8");
  const changed = worker.replace(/(\bCONTRACT_VERSION = )\d+/, "$1999");
  if (changed === worker) throw new Error("dist/worker.js has no CONTRACT_VERSION to replace");
  script(response, changed);
}

/** Worker scripts that must make `connect()` reject, by the last part of their path. */
export const badWorkers = {
  "missing.js": (response: ServerResponse) => {
    response.writeHead(404, { "content-type": "text/html" }).end("<h1>not found</h1>");
  },
  "broken-server.js": (response: ServerResponse) => {
    response.writeHead(500, { "content-type": "text/plain" }).end("out of order");
  },
  "wrong-type.js": (response: ServerResponse) => script(response, "onconnect = () => {};", "text/plain"),
  "syntax-error.js": (response: ServerResponse) => script(response, "onconnect = (event => {"),
  "throws.js": (response: ServerResponse) => script(response, 'throw new Error("not today");'),
  "silent.js": (response: ServerResponse) => script(response, "onconnect = () => {};"),
  "never-loads.js": () => {},
  "no-answer.js": (response: ServerResponse) => {
    response.destroy();
  },
  "other-contract.js": otherContract,
} as const;
