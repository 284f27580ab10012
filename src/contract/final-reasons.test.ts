import { describe, expect, it } from "vitest";
import type { ErrorRecord, HubErrorName } from "./errors.js";
import { isFinal } from "./final-reasons.js";

const names: Readonly<Record<Exclude<HubErrorName, "WampError">, boolean>> = {
  ConnectionLostError: false,
  TimeoutError: false,
  CanceledError: false,
  OfflineError: false,
  SessionClosedError: true,
  JoinError: false,
  KeyError: false,
  UnsupportedError: false,
  InvalidArgumentError: true,
  FeatureNotSupportedError: false,
  OptionConflictError: true,
  OverflowError: false,
  SetAsideError: true,
  StorageError: false,
  ProtocolError: false,
  WorkerStartError: false,
  ContractMismatchError: false,
};

const uris: readonly [string, boolean][] = [
  ["wamp.error.not_authorized", true],
  ["wamp.error.authorization_denied", true],
  ["wamp.error.invalid_uri", true],
  ["wamp.error.invalid_argument", true],
  ["wamp.error.option_not_allowed", true],
  ["wamp.error.option_disallowed.disclose_me", true],
  ["wamp.error.feature_not_supported", true],
  ["wamp.error.procedure_already_exists", true],
  ["wamp.error.procedure_exists_with_different_invocation_policy", true],
  ["wamp.error.authorization_failed", false],
  ["wamp.error.unavailable", false],
  ["wamp.error.runtime_error", false],
  ["wamp.error.canceled", false],
  ["com.example.authorizer.starting", false],
  ["", false],
];

describe("the reason why a subscription or registration is not restored", () => {
  it.each(Object.entries(names))("@G17 %s is final: %s", (name, final) => {
    expect(isFinal({ name })).toBe(final);
  });

  it.each(uris)("@G17 %s is final: %s, as a record and as an error", (uri, final) => {
    const record: ErrorRecord = { name: "WampError", message: "m", fields: { uri, details: {} } };
    expect(isFinal(record)).toBe(final);
    expect(isFinal({ name: "WampError", uri })).toBe(final);
    expect(isFinal({ name: "ConnectionLostError", uri, fields: { uri } })).toBe(false);
  });
});
