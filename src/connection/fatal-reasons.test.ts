import { describe, expect, it } from "vitest";
import { isFatalReason } from "./fatal-reasons.js";

describe("isFatalReason", () => {
  it.each([
    "wamp.error.no_such_realm",
    "wamp.error.no_such_role",
    "wamp.error.no_such_principal",
    "wamp.error.invalid_uri",
    "wamp.error.authentication_failed",
    "wamp.error.authentication_denied",
    "wamp.error.authentication_required",
    "wamp.error.not_authorized",
    "wamp.error.authorization_denied",
    "wamp.error.authorization_required",
    "wamp.error.no_auth_method",
    "wamp.error.no_matching_auth_method",
    "wamp.error.protocol_violation",
  ])("@G11 gives up after %s", (uri) => {
    expect(isFatalReason(uri)).toBe(true);
  });

  it.each([
    "wamp.close.system_shutdown",
    "wamp.close.close_realm",
    "wamp.close.killed",
    "wamp.close.goodbye_and_out",
    "wamp.error.authorization_failed",
    "com.example.unknown",
    "toString",
    "",
  ])("@G11 tries again after %j", (uri) => {
    expect(isFatalReason(uri)).toBe(false);
  });
});
