import { describe, expect, it } from "vitest";
import { notLoaded } from "../auth/obstacle.js";
import {
  closedByUs,
  disconnected,
  endedByRouter,
  noCredential,
  notOpened,
  obstructed,
  noWelcome,
  refused,
  violated,
} from "./disconnection.js";

const URL = "ws://a.example/ws";

describe("the end of a connection", () => {
  it("is described by the router's URI and message", () => {
    const details = { message: "no such realm: realm1" };
    expect(refused("wamp.error.no_such_realm", details)).toEqual({
      error: {
        name: "JoinError",
        message: "The session was refused with wamp.error.no_such_realm: no such realm: realm1",
        fields: { uri: "wamp.error.no_such_realm", details },
      },
      fatal: true,
      secretRefused: false,
    });
  });

  it("is described by the URI alone if the router sent no message", () => {
    for (const details of [{}, { message: 17 }]) {
      expect(refused("com.example.busy", details)).toEqual({
        error: {
          name: "JoinError",
          message: "The session was refused with com.example.busy",
          fields: { uri: "com.example.busy", details },
        },
        fatal: false,
        secretRefused: false,
      });
    }
  });

  it("names the message that ended a session", () => {
    expect(endedByRouter("GOODBYE", "wamp.close.killed", { a: 1 })).toEqual({
      error: {
        name: "ConnectionLostError",
        message: "The router ended the session: GOODBYE with wamp.close.killed",
        fields: { uri: "wamp.close.killed", details: { a: 1 } },
      },
      fatal: false,
      isClean: true,
    });
  });

  it("distinguishes a lost connection from one that never opened, with the code and the reason, if any", () => {
    expect(disconnected(URL, true, 1009, "too large")).toEqual({
      error: {
        name: "ConnectionLostError",
        message: "The connection to ws://a.example/ws was lost (WebSocket code 1009: too large)",
        fields: { code: 1009, reason: "too large" },
      },
      fatal: false,
    });
    expect(disconnected(URL, false, 1006, "")).toEqual({
      error: {
        name: "ConnectionLostError",
        message: "No connection to ws://a.example/ws (WebSocket code 1006)",
        fields: { code: 1006, reason: "" },
      },
      fatal: false,
    });
  });

  it("is described without control characters, whoever chose the words", () => {
    const words = "com.\u001b[31mred\nline";
    for (const { error } of [
      refused(words, { message: words }),
      endedByRouter("GOODBYE", words, {}),
      violated(words, true),
      disconnected("ws://a.example/", true, 1001, words),
    ])
      expect(error.message).not.toMatch(/\p{Cc}/u);
  });

  it("is fatal after a protocol violation in the handshake only", () => {
    const error = { name: "ProtocolError", message: "RESULT came before WELCOME" };
    expect(violated("RESULT came before WELCOME", true)).toEqual({ error, fatal: true });
    expect(violated("RESULT came before WELCOME", false)).toEqual({ error, fatal: false });
  });

  it("names the reason for a missing attempt or a missing answer", () => {
    expect(notOpened(URL, "insecure")).toEqual({
      error: { name: "ConnectionLostError", message: "No connection to ws://a.example/ws: insecure" },
      fatal: false,
    });
    expect(noWelcome(URL, 3_000)).toEqual({
      error: {
        name: "TimeoutError",
        message: "No session on ws://a.example/ws within 3000 ms",
        fields: { timeout: 3_000, sent: false },
      },
      fatal: false,
    });
    expect(noCredential("secret", new Error("the dialog was closed"))).toEqual({
      error: {
        name: "JoinError",
        message: "The application provided no secret: the dialog was closed",
        fields: { uri: "wamp.error.cannot_authenticate", details: {} },
      },
      fatal: false,
    });
  });

  it("@G27 passes if the file of an algorithm could not be loaded", () => {
    expect(obstructed(notLoaded("argon2id", new Error("argon2.js did not arrive")))).toMatchObject({
      error: {
        name: "ConnectionLostError",
        message:
          "This browser cannot authenticate: the algorithm argon2id could not be loaded: argon2.js did not arrive",
      },
      fatal: false,
    });
  });

  it("is fatal after close", () => {
    expect(closedByUs("wamp.close.normal")).toEqual({
      error: { name: "SessionClosedError", message: "The session was closed: wamp.close.normal" },
      fatal: true,
    });
  });
});
