import { expect, it } from "vitest";
import type { SubscriptionHandle } from "./ids.js";
import type { Notice } from "./notices.js";
import { tabStream, weighNotices } from "./stream.js";

it("@G14 a tab tells at once that it has taken in its place in a topic, and of a few other events in time", () => {
  const events: Notice = {
    kind: "events",
    targets: [1 as SubscriptionHandle],
    publications: Float64Array.of(7),
    details: [],
    payloads: { serializer: "json", ends: Uint32Array.of(3), counts: Uint8Array.of(1), data: "[1]" },
  };
  const seen: Notice = { kind: "seen", subscription: 1 as SubscriptionHandle, publication: 7 };
  expect(tabStream.weigh([events])).toBeLessThan(1);
  expect(tabStream.weigh([events, seen])).toBe(1);
  // The hub may wait for less than what a tab of an earlier build tells.
  expect(weighNotices([events, seen])).toBeLessThan(1);
});
