import { describe, expect, it } from "vitest";
import type { RegistrationHandle, RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Payload } from "../../protocol/payload.js";
import { queuedSize, requestSize } from "./message-size.js";

const payload: Payload = { serializer: "json", count: 1, data: '"ab"' };
const common = { request: 1 as RequestId, timeout: 0, offline: "wait" } as const;
const options = { _abc: 1 };

/** A request of each kind, with its size in a queue. */
const requests: [AnsweredRequest, number][] = [
  [{ kind: "call", ...common, procedure: "com.x", options, payload }, 5 + 10 + 4],
  [{ kind: "publish", ...common, topic: "com.x", options, payload }, 5 + 10 + 4],
  [{ kind: "subscribe", ...common, topic: "com.x", options, subscription: 1 as SubscriptionHandle }, 5 + 10],
  [
    { kind: "register", ...common, procedure: "com.x", options, registration: 1 as RegistrationHandle },
    5 + 10,
  ],
  [{ kind: "unsubscribe", request: common.request, subscription: 1 as SubscriptionHandle }, 0],
  [{ kind: "unregister", request: common.request, registration: 1 as RegistrationHandle }, 0],
];

describe("the size of a message", () => {
  it.each(requests)("@G23 in a queue: its URI, options and arguments (case %#)", (request, size) => {
    expect(requestSize(request)).toBe(size);
  });

  it("@G23 in a queue, without arguments", () => {
    expect(queuedSize("com.x", {})).toBe(5 + 2);
  });
});
