import { describe, expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { Dict } from "../../protocol/dict.js";
import { routerFeatures } from "../../protocol/features.js";
import type { WireRequestId } from "../../protocol/ids.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import { Gate } from "./gate.js";
import { SizeLimit } from "./size-limit.js";

const { codecs } = createFakeEnvironment().env;
const request = 1 as WireRequestId;
const rules = { uriRules: "loose", sizeLimit: new SizeLimit(2_000) } as const;
const bytes = new Uint8Array([1, 2, 255]);
const passthru = { ppt_scheme: "x_my", ppt_serializer: "custom", ppt_cipher: "rot13", ppt_keyid: "k1" };

describe.each([jsonSerializer, msgpackSerializer])(
  "a payload that the router does not look into ($name)",
  (serializer) => {
    const gateWith = (details: Dict): Gate => new Gate(rules, codecs, serializer, routerFeatures(details));
    const gate = gateWith(WELCOME_DETAILS);
    const asked = (options: Dict, args: readonly unknown[], kwargs = {}, through = gate): unknown =>
      through.request("call", "com.x", { options, payload: jsonPayloads.encodePayload(args, kwargs) });

    it("@G30 is one binary argument", () => {
      expect(asked(passthru, [bytes])).toMatchObject({
        options: passthru,
        payload: serializer.encodePayload([bytes]),
      });
    });

    it.each([
      ["none", [], {}],
      ["a text", ["clear"], {}],
      ["two", [bytes, bytes], {}],
      ["keyword arguments beside it", [bytes], { a: 1 }],
    ])("@G30 is refused with other arguments: %s", (_, args, kwargs) => {
      const expected = "one Uint8Array as the only argument";
      expect(asked(passthru, args, kwargs)).toMatchObject({
        refused: { name: "InvalidArgumentError", fields: { expected } },
      });
    });

    it.each([
      ["no scheme", { ppt_cipher: "rot13" }, "ppt_scheme"],
      ["another scheme", { ppt_scheme: "own" }, "ppt_scheme"],
      ["an empty scheme", { ppt_scheme: "" }, "ppt_scheme"],
      ["a key id that is no text", { ppt_scheme: "x_my", ppt_keyid: 5 }, "ppt_keyid"],
    ])("@G30 is refused with %s", (_, options, name) => {
      expect(asked(options, [bytes])).toMatchObject({
        refused: { name: "InvalidArgumentError", message: expect.stringContaining(`${name} is `) as string },
      });
    });

    it("@G30 is no answer of a router without the feature", () => {
      const without = gateWith({});
      const payload = serializer.encodePayload([bytes]);
      const lacking = {
        refused: { name: "FeatureNotSupportedError", fields: { feature: "payload_passthru_mode" } },
        instead: "wamp.error.feature_not_supported",
      };
      expect(without.answer({ type: "YIELD", request, options: passthru, payload })).toMatchObject(lacking);
      const error = {
        type: "ERROR",
        requestType: "INVOCATION",
        request,
        details: passthru,
        error: "com.no",
        payload,
      } as const;
      expect(without.answer(error)).toMatchObject(lacking);
      expect(gate.answer(error)).toMatchObject({ type: "ERROR", details: passthru });
      expect(gate.answer({ type: "YIELD", request, options: passthru, payload })).toMatchObject({
        options: passthru,
      });
    });

    it("@G30 is no answer with other arguments", () => {
      const payload = jsonPayloads.encodePayload(["text"]);
      expect(gate.answer({ type: "YIELD", request, options: passthru, payload })).toMatchObject({
        refused: { name: "InvalidArgumentError" },
        instead: "wamp.error.invalid_argument",
      });
    });
  },
);
