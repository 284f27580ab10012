import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";

const script = (response: ServerResponse, body: string, type = "text/javascript") => {
  response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
};

/** Serves the real worker with another contract version, which its build has inlined: in two answers, and where it judges that of a tab. */
async function otherContract(response: ServerResponse) {
  const worker = await readFile(new URL("../../dist/worker.js", import.meta.url), "utf8");
  const places = /\b(contract:)\d+\b|(!==)\d+(\)return\{refused:\w+\(\w+,)\d+\b/g;
  if (worker.match(places)?.length !== 3)
    throw new Error("dist/worker.js does not have the contract version in three places");
  script(
    response,
    worker.replace(places, (_, answer?: string, unequal?: string, refused?: string) =>
      answer === undefined ? `${unequal}999${refused}999` : `${answer}999`,
    ),
  );
}

/**
 * Serves the real worker behind a line that changes its `connect` event under the first name only, as if the browser had given it to no
 * one.
 */
async function firstNameOnly(response: ServerResponse, setter: string) {
  const worker = await readFile(new URL("../../dist/worker.js", import.meta.url), "utf8");
  const line = `if (self.name === "wamp-mux") Object.defineProperty(self, "onconnect", { set(listener) { ${setter} } });\n`;
  script(response, line + worker);
}

/** Worker scripts that never answer under the first name of the worker, by the last part of their path. */
export const silentFirstWorkers = {
  "hangs-under-first-name.js": (response: ServerResponse) => firstNameOnly(response, ""),
  "misses-first-tab.js": (response: ServerResponse) =>
    firstNameOnly(
      response,
      "let isFirst = true; addEventListener('connect', (event) => { if (!isFirst) listener(event); isFirst = false; });",
    ),
} as const;

/** Serves the real worker in a browser that refuses storage, as if the user had forbidden it. */
async function withoutStorage(response: ServerResponse) {
  const worker = await readFile(new URL("../../dist/worker.js", import.meta.url), "utf8");
  const refusal = 'throw new DOMException("The operation is insecure.", "SecurityError");';
  script(response, `Object.defineProperty(self, "indexedDB", { get() { ${refusal} } });\n${worker}`);
}

/** Worker scripts that work without what browsers usually have, by the last part of their path. */
export const poorWorkers = { "without-storage.js": withoutStorage } as const;

/** Worker scripts that must make `connect()` reject, by the last part of their path. */
export const badWorkers = {
  "missing.js": (response: ServerResponse) => {
    response.writeHead(404, { "content-type": "text/html" }).end("<h1>not found</h1>");
  },
  "broken-server.js": (response: ServerResponse) => {
    response.writeHead(500, { "content-type": "text/plain" }).end("out of order");
  },
  // WebKit runs a script of any type.
  "wrong-type.js": (response: ServerResponse) =>
    script(response, "<!doctype html><h1>Home</h1>", "text/html"),
  "syntax-error.js": (response: ServerResponse) => script(response, "onconnect = (event => {"),
  "throws.js": (response: ServerResponse) => script(response, 'throw new Error("not today");'),
  "silent.js": (response: ServerResponse) => script(response, "onconnect = () => {};"),
  "never-loads.js": () => {},
  "no-answer.js": (response: ServerResponse) => {
    response.destroy();
  },
  "other-contract.js": otherContract,
} as const;
