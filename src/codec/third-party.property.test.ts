import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import type { Payload } from "../protocol/payload.js";
import { DecodeError } from "./errors.js";
import type { Serializer } from "./serializer.js";
import { carriers, endings, thirdPartyContent, thirdPartyFrame } from "./third-party-frames.suite.js";
import { serializers } from "./serializers.js";
import type { OwnSerializerName } from "../protocol/payload.js";
import { runs } from "../testing/property-runs.js";

const own = { subscription: 1, registration: 2, call: 3, invocation: 4 };

for (const serializer of serializers) {
  describe(`@G23 anything that a third party writes in ${serializer.name}`, () => {
    it("leaves the message valid, and fails no other message's arguments", () => {
      fc.assert(
        fc.property(
          thirdPartyContent(serializer.name as OwnSerializerName),
          fc.constantFrom(...carriers, ...endings),
          (content, type) => {
            const frame = thirdPartyFrame(serializer.name as OwnSerializerName, type, own, content);
            const message = parseRouterMessage(serializer.decode(frame));
            expect(message.type).toBe(type);
            // The details cross a port; a nesting without limit would fail there.
            structuredClone(message);
            if ("payload" in message) expectConfined(serializer, message.payload, content.elements.length);
          },
        ),
        runs(1_000),
      );
    });
  });
}

function expectConfined(serializer: Serializer, payload: Payload, count: number): void {
  expect(payload.count).toBe(count);
  const good = serializer.encodePayload(["good"], { a: 1 });
  const whole = { args: ["good"], kwargs: { a: 1 } };
  const joined = serializer.join([good, payload, good]);
  const [first, middle, last] = serializer.decodeJoined(joined);
  expect([first, last]).toEqual([whole, whole]);
  // `toEqual` would walk the values, which may be too deep for it.
  expect(middle !== undefined && !("failure" in middle)).toBe(
    canDecode(() => serializer.decodePayload(payload)),
  );
}

function canDecode(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return false;
  }
}
