import { expect, it } from "vitest";
import { readCommandLine } from "./cli-options.js";

it("has defaults", () => {
  expect(readCommandLine([])).toEqual({
    kind: "start",
    verbose: false,
    options: {
      port: 8080,
      host: "127.0.0.1",
      path: "/",
      realms: ["realm1"],
      auth: { anonymous: true, tickets: {} },
    },
  });
});

it("reads everything", () => {
  const args =
    "--port 0 --host ::1 --path /ws --realm a --realm b --ticket joe:se:cret --ticket sue:x --no-anonymous --verbose";
  expect(readCommandLine(args.split(" "))).toEqual({
    kind: "start",
    verbose: true,
    options: {
      port: 0,
      host: "::1",
      path: "/ws",
      realms: ["a", "b"],
      auth: { anonymous: false, tickets: { joe: "se:cret", sue: "x" } },
    },
  });
});

it("asks for help", () => {
  expect(readCommandLine(["--help"])).toEqual({ kind: "help" });
});

it.each([
  [["--port", "http"], "--port must be a number, got http"],
  [["--ticket", "joe"], "--ticket must be AUTHID:TICKET, got joe"],
  [["--ticket", ":secret"], "--ticket must be AUTHID:TICKET, got :secret"],
  [["--ticket", "joe:"], "--ticket must be AUTHID:TICKET, got joe:"],
  [["--colour"], "Unknown option '--colour'"],
  [["realm1"], "Unexpected argument 'realm1'"],
])("refuses %j", (args, message) => {
  expect(() => readCommandLine(args)).toThrow(message);
});
