import { describe, expect, it } from "vitest";
import { anonymous } from "./anonymous.js";
import { authMethodSuite } from "./auth-method.suite.js";
import { checkTicket, ticket } from "./ticket.js";

authMethodSuite({
  method: ticket,
  name: "ticket",
  needsSecret: true,
  admits: async (exchange, secret) => checkTicket(secret, (await exchange.challenge({ any: 1 })).signature),
});

authMethodSuite({
  method: anonymous,
  name: "anonymous",
  needsSecret: false,
  // The router welcomes without a challenge.
  admits: () => Promise.resolve(true),
});

describe("ticket", () => {
  it("answers any challenge with the ticket and nothing else", async () => {
    const exchange = ticket({ authid: "joe", secret: () => Promise.resolve("s€cret") });
    await exchange.prepare();
    expect(await exchange.challenge({ any: 1 })).toEqual({ signature: "s€cret", extra: {} });
  });

  it.each([
    ["secret", ""],
    ["secret", "secre"],
    ["secret", "secret "],
    ["secret", "Secret"],
    ["secret", "secreu"],
    ["secret", "secretsecret"],
    ["", "x"],
    ["\0", "\0\0"],
    ["x", ""],
  ])("%j is not passed by %j", (expected, signature) => {
    expect(checkTicket(expected, signature)).toBe(false);
  });
});

describe("anonymous", () => {
  it("refuses a challenge", async () => {
    const exchange = anonymous({ secret: () => Promise.resolve("") });
    await expect(exchange.challenge({})).rejects.toThrow("anonymous");
  });
});
