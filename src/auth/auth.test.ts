import { describe, expect, it } from "vitest";
import { anonymousAuthenticator } from "./anonymous.js";
import { checkTicket, ticketAuthenticator } from "./ticket.js";

describe("ticket", () => {
  it("answers any challenge with the ticket, which passes the router's check", async () => {
    const { signature, extra } = await ticketAuthenticator.answer({ any: 1 }, "s€cret");
    expect({ signature, extra }).toEqual({ signature: "s€cret", extra: {} });
    expect(checkTicket("s€cret", signature)).toBe(true);
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
    await expect(anonymousAuthenticator.answer({}, "")).rejects.toThrow("anonymous");
  });
});
