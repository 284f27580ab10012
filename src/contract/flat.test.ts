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
    given: { excludeMe: false },
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
    payloads: {
      serializer: "json",
      ends: Uint32Array.of(4, 8),
      counts: Uint8Array.of(1, 1),
      data: "[[1],[2]]",
    },
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
    expect(objects).toEqual([{}, { retain: true }, { excludeMe: false }, { timeout: 1 }, {}]);
  });

  it("of another script, with kinds and fields that do not exist, is read as far as it can be", () => {
    const odd = ["constructor", "__proto__", "subscribe", 7, null, ["call"], "begun"];
    expect(hubStream.unpack(odd)).toEqual([...odd.slice(0, -1), { kind: "begun", invocation: undefined }]);
  });

  it("@G21 of many, long or large events weighs most, one of a few small events least", () => {
    const others = notices.filter(({ kind }) => kind !== "events" && kind !== "event");
    const large = notices.filter(({ kind }) => kind === "event");
    const run = (count: number, text = ""): Notice => ({
      kind: "events",
      targets: [7 as SubscriptionHandle],
      publications: new Float64Array(count),
      details: [],
      payloads: { serializer: "json", ends: new Uint32Array(), counts: new Uint8Array(), data: text },
    });
    const long = run(1, "x".repeat(8 * 1024));
    expect([large, [long], [run(32)], [run(16), run(16)], [...others, run(32)]].map(tabStream.weigh)).toEqual(
      [1, 1, 1, 1, 1],
    );
    expect([others, [...others, run(31)], [run(31), ...others]].map(tabStream.weigh)).toEqual([
      0.75, 0.75, 0.75,
    ]);
    expect([[run(1)], [run(31)], [run(15), run(16)]].map(tabStream.weigh)).toEqual([0.125, 0.125, 0.125]);
    expect(hubStream.weigh()).toBe(0.75);
  });
});
