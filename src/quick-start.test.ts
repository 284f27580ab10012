import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, it, onTestFinished } from "vitest";
import { isWampError } from "./client/index.js";
import { createTestRouter } from "./double/index.js";

// Runs the first example of the README as it is, as a page that is opened twice.

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [, example = ""] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];

/** Makes a function of the example, which gets what it imports, and the console. */
function exampleAsFunction() {
  const [imports = "", ...rest] = example.split("\n");
  expect(imports).toBe('import { connect, isWampError } from "wamp-mux";');
  const code = ts.transpile(`async function paste() {\n${rest.join("\n")}}`, {
    target: ts.ScriptTarget.ES2022,
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the README is our own
  return new Function("connect", "isWampError", "console", `${code}; return paste();`) as (
    connect: unknown,
    guard: typeof isWampError,
    console: { log: (...values: unknown[]) => void },
  ) => Promise<void>;
}

it("runs the quick start in two tabs", async () => {
  const run = exampleAsFunction();
  const router = createTestRouter();
  onTestFinished(() => router.stop());
  const said: string[][] = [];
  for (const tab of [0, 1]) {
    const lines: string[] = (said[tab] = []);
    const log = (...values: unknown[]) => void lines.push(values.map(String).join(" "));
    await run(router.openTab().connect, isWampError, { log });
  }
  await router.settle();
  const answers = ["5", "one half", "the whole", "wamp.error.no_such_procedure"];
  const [first = [], second = []] = said.map((lines) => lines.filter((line) => !line.startsWith("status ")));
  expect(second).toEqual(answers);
  expect(first).toEqual([...answers, expect.stringMatching(/^heard hello from [a-z0-9]+$/)]);
});
