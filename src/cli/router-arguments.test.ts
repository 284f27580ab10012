import { expect, it } from "vitest";
import { readRouterArguments, routerUsage } from "./router-arguments.js";

it("has defaults", () => {
  expect(readRouterArguments([])).toEqual({
    kind: "router",
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

it("reads all options", () => {
  const args =
    "--port 0 --host ::1 --path /ws --realm a --realm b --ticket joe:se:cret --ticket sue:x --no-anonymous --verbose";
  expect(readRouterArguments(args.split(" "))).toEqual({
    kind: "router",
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

it("prints help", () => {
  expect(readRouterArguments(["--help"])).toEqual({ kind: "help", text: routerUsage });
});

it.each([
  [["--port", "http"], "--port must be a number, got http"],
  [["--ticket", "joe"], "--ticket must be AUTHID:TICKET, got joe"],
  [["--ticket", ":secret"], "--ticket must be AUTHID:TICKET, got :secret"],
  [["--ticket", "joe:"], "--ticket must be AUTHID:TICKET, got joe:"],
  [["--colour"], "Unknown option '--colour'"],
  [["realm1"], "Unexpected argument 'realm1'"],
])("refuses %j", (args, message) => {
  expect(() => readRouterArguments(args)).toThrow(message);
});
