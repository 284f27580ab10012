import { expect, it } from "vitest";
import { readCommandLine, usage } from "./command-line.js";
import { routerUsage } from "./router-arguments.js";
import { workerUsage } from "./worker-arguments.js";

it("reads the folder of the worker", () => {
  expect(readCommandLine(["worker", "public/"])).toEqual({ kind: "worker", folder: "public/" });
});

it("reads the options of the router", () => {
  expect(readCommandLine(["router", "--port", "0", "--verbose"])).toMatchObject({
    kind: "router",
    verbose: true,
    options: { port: 0, host: "127.0.0.1" },
  });
});

it.each([
  [["--help"], usage],
  [["worker", "--help"], workerUsage],
  [["router", "--help"], routerUsage],
])("prints help for %j", (args, text) => {
  expect(readCommandLine(args)).toEqual({ kind: "help", text });
});

it.each([
  [[], "the command is missing: worker or router"],
  [["copy"], "there is no command copy, only worker and router"],
  [["--force"], "there is no command --force, only worker and router"],
  [["worker"], "worker needs the folder to copy to"],
  [["worker", ""], "worker needs the folder to copy to"],
  [["worker", "a", "b", "c"], "worker takes one folder, got also b c"],
  [["worker", "public", "--force"], "Unknown option '--force'"],
  [["router", "--force"], "Unknown option '--force'"],
])("refuses %j", (args, message) => {
  expect(() => readCommandLine(args)).toThrow(message);
});
