import { expect, it } from "vitest";
import { readCommandLine } from "./command-line.js";

it("reads the folder of the worker", () => {
  expect(readCommandLine(["worker", "public/"])).toEqual({ kind: "worker", folder: "public/" });
});

it.each([[["--help"]], [["worker", "--help"]]])("asks for help with %j", (args) => {
  expect(readCommandLine(args)).toEqual({ kind: "help" });
});

it.each([
  [[], "the command is missing"],
  [["router"], "there is no command router, only worker"],
  [["worker"], "worker needs the folder to copy to"],
  [["worker", ""], "worker needs the folder to copy to"],
  [["worker", "a", "b", "c"], "worker takes one folder, got also b c"],
  [["worker", "public", "--force"], "Unknown option '--force'"],
])("refuses %j", (args, message) => {
  expect(() => readCommandLine(args)).toThrow(message);
});
