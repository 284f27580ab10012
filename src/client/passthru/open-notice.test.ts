import { expect, it } from "vitest";
import type { InvocationId, RegistrationHandle, SubscriptionHandle } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { encoded } from "../testing/fake-hub.js";
import type { PassthruHost } from "../api/passthru.js";
import { passthruOn } from "./create-passthru.js";
import type { EncryptionRule } from "./encryption-rules.js";
import { keyRing } from "./key-provider.js";

const payload = encoded(["in clear"]);

/** Returns why a message in clear was refused, for a tab that asked for `uri`; `undefined` if it is delivered. */
async function refusal(notice: Notice, uri: string, match: MatchPolicy, rules: EncryptionRule[]) {
  const opened: PassthruHost["opened"] = new WeakMap();
  const asked = () => ({ uri, match });
  const host: PassthruHost = {
    opened,
    tryDecode: () => ({ args: ["in clear"], kwargs: {} }),
    decodeJoined: () => [],
    procedureOf: () => undefined,
    subscribed: asked,
    registered: asked,
  };
  const keys = keyRing({}, () => "k1");
  await passthruOn(new FakeClock(), { encryption: { rules, keys } }).open(notice, host);
  return opened.get(payload)?.[0]?.failure;
}

const event: Notice = {
  kind: "event",
  target: 1 as SubscriptionHandle,
  publication: 1,
  details: { topic: "com.open" },
  payload,
};
const invocation: Notice = {
  kind: "invocation",
  invocation: 1 as InvocationId,
  registration: 1 as RegistrationHandle,
  details: { procedure: "com.open" },
  payload,
};
const open: EncryptionRule = { uri: "com.open", required: false };
const refused = { name: "EncryptionError", reason: "not-encrypted" };

it.each([
  ["an event", event],
  ["a call", invocation],
])("@G30 the router cannot choose the rule of %s by naming another URI", async (_, notice) => {
  const secret: EncryptionRule = { uri: "com.secret.x" };
  expect(await refusal(notice, "com.secret.x", "exact", [open, secret])).toMatchObject(refused);
  const all: EncryptionRule = { uri: "com.secret.", match: "prefix" };
  expect(await refusal(notice, "com.secret.", "prefix", [open, all])).toMatchObject(refused);
});

it("@G30 the URI that the router names counts for patterns alone", async () => {
  const strict: EncryptionRule = { uri: "com.open" };
  expect(await refusal(event, "com.", "prefix", [strict])).toMatchObject({
    ...refused,
    message: expect.stringContaining("event of com.open") as string,
  });
  expect(await refusal(event, "com.other", "exact", [strict])).toBeUndefined();
});
