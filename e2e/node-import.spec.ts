import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";

const run = promisify(execFile);
const client = fileURLToPath(new URL("../dist/client.js", import.meta.url));

test("the built client imports in Node without throwing", async () => {
  const script = `import(${JSON.stringify(client)}).then((all) => console.log(typeof all.connect))`;
  expect(await run(process.execPath, ["-e", script])).toMatchObject({ stdout: "function\n", stderr: "" });
});

test("connect() fails with a clear error where there is no SharedWorker", async () => {
  const script = `import(${JSON.stringify(client)})
    .then(({ connect }) => connect({ url: "ws://127.0.0.1:1/", realm: "realm1" }))
    .then(() => console.log("connected"), (error) => console.log(error.name + ": " + error.message))`;
  const { stdout, stderr } = await run(process.execPath, ["-e", script]);
  expect(stdout).toMatch(/^UnsupportedError: .*SharedWorker/);
  expect(stderr).toBe("");
});
