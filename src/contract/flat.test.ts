import { describe, expect, it } from "vitest";
import type { InvocationId, RegistrationHandle, RequestId, SubscriptionHandle } from "./ids.js";
import type { Notice } from "./notices.js";
import type { TabRequest } from "./requests.js";
import { hubStream, tabStream } from "./stream.js";

const request = 7 as RequestId;
const invocation = 8 as InvocationId;
const registration = 9 as RegistrationHandle;
const subscription = 10 as SubscriptionHandle;
const payload = { serializer: "json", count: 1, data: "[1]" } as const;
const bytes = { serializer: "msgpack", count: 2, data: Uint8Array.of(145, 1, 128) } as const;
const deadline = { timeout: 5_000, offline: "wait" } as const;

const requests: readonly TabRequest[] = [
  { kind: "call", request, procedure: "com.example.add", options: {}, payload, ...deadline },
  {
    kind: "publish",
    request,
    topic: "com.example.said",
    options: { retain: true },
    payload: bytes,
    ...deadline,
  },
  { kind: "subscribe", request, subscription, topic: "com.example.said", options: {}, ...deadline },
  { kind: "unsubscribe", request, subscription },
  { kind: "register", request, registration, procedure: "com.example.add", options: {}, ...deadline },
  { kind: "unregister", request, registration },
  { kind: "cancel", request, mode: "kill" },
  { kind: "begun", invocation },
  { kind: "yield", invocation, progress: true, payload },
  { kind: "fail", invocation, uri: "com.example.error", details: {}, payload },
];

const error = { name: "ProtocolError", message: "odd" } as const;
const notices: readonly Notice[] = [
  { kind: "status", status: { state: "connecting", attempt: 1, url: "" }, storage: { kind: "indexeddb" } },
  { kind: "result", request, progress: false, details: { timeout: 1 }, payload },
  { kind: "result", request, progress: true, details: {}, payload: bytes },
  { kind: "published", request },
  { kind: "published", request, publication: 3 },
  { kind: "done", request, id: 4 },
  { kind: "rejected", request, error },
  {
    kind: "events",
    targets: [subscription, [subscription]],
    publications: Float64Array.of(1, 2),
    details: [{}, { topic: "com.example.said" }],
    payloads: { serializer: "json", ends: Uint32Array.of(4, 8), data: "[[1],[2]]" },
  },
  { kind: "event", target: subscription, publication: 5, details: {}, payload: bytes },
  { kind: "invocation", invocation, registration, details: {}, payload },
  { kind: "interrupt", invocation, mode: "kill", reason: "wamp.error.canceled" },
  { kind: "subscription-ended", subscription, error },
  { kind: "registration-ended", registration, error },
  { kind: "warning", error },
];

describe("a flat batch", () => {
  it("of requests is read as it was written, whatever its kinds and their order", () => {
    for (const batch of [requests, requests.toReversed(), [...requests, ...requests], []])
      expect(hubStream.unpack(structuredClone(tabStream.pack(batch)))).toEqual(batch);
  });

  it("of notices is read as it was written, whatever its kinds and their order", () => {
    for (const batch of [notices, notices.toReversed(), [...notices, ...notices], []])
      expect(tabStream.unpack(structuredClone(hubStream.pack(batch)))).toEqual(batch);
  });

  it("@G10 of a call, a publication, a result, a run of events or an invocation has no object but its options or details", () => {
    const frequent = [requests[0], requests[1], requests[8]].flatMap((each) => (each ? [each] : []));
    const arrived = [notices[1], notices[7], notices[9]].flatMap((each) => (each ? [each] : []));
    const objects = [...tabStream.pack(frequent), ...hubStream.pack(arrived)].filter(
      (value) => typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype,
    );
    expect(objects).toEqual([{}, { retain: true }, { timeout: 1 }, {}]);
  });

  it("of another script, with kinds and fields that do not exist, is read as far as it can be", () => {
    const odd = ["constructor", "__proto__", "subscribe", 7, null, ["call"], "begun"];
    expect(hubStream.unpack(odd)).toEqual([...odd.slice(0, -1), { kind: "begun", invocation: undefined }]);
  });

  it("of events is awaited, and no other", () => {
    expect(notices.filter((notice) => tabStream.isAwaited([notice])).map(({ kind }) => kind)).toEqual([
      "events",
      "event",
    ]);
    expect(tabStream.isAwaited(notices)).toBe(true);
    expect(hubStream.isAwaited()).toBe(false);
  });
});
