import { expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { Dict } from "../../protocol/dict.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { answerDetails as judged } from "./answer-details.js";

const { codecs } = createFakeEnvironment().env;

const answerDetails = (details: unknown, serializer: SerializerName, args: readonly unknown[] = []): Dict =>
  judged({ details, payload: jsonPayloads.encodePayload(args) }, serializer, codecs);

it("@G23 a handler may write every detail but those that routers write, or that describe another kind of payload", () => {
  const own = { reason: "x", callee_name: "y", my_forward_for: [1], caller_authmethod: "z", encoded: true };
  const routers = {
    callee: 1,
    callee_authid: "joe",
    callee_authrole: "user",
    caller: 1,
    caller_authid: null,
    caller_authrole: "user",
    publisher: 1,
    publisher_authid: "joe",
    publisher_authrole: "user",
    forward_for: [{ session: 1 }],
    enc_algo: "cryptobox",
    enc_key: "",
    ppt_scheme: "x_my",
  };
  expect(answerDetails({ ...routers, ...own }, "json")).toEqual(own);
});

it("@G30 the description of a payload stays beside one binary argument alone", () => {
  const passthru = { ppt_scheme: "x_my", ppt_keyid: "k1" };
  const bytes = new Uint8Array([1]);
  expect(answerDetails({ ...passthru, own: 1 }, "json", [bytes])).toEqual({ ...passthru, own: 1 });
  expect(answerDetails({ ...passthru, own: 1 }, "json", ["clear"])).toEqual({ own: 1 });
  expect(answerDetails({ ...passthru, own: 1 }, "json", [bytes, 1])).toEqual({ own: 1 });
  expect(answerDetails({ ppt_keyid: "k1", own: 1 }, "json", [bytes])).toEqual({ own: 1 });
});

it("@G23 only the details that the serializer cannot carry are omitted", () => {
  const details = { reason: "why", id: 2n ** 53n + 1n, far: 2n ** 64n, list: [1n], run: () => 1, "\0": 1 };
  expect(answerDetails(details, "json")).toEqual({ reason: "why" });
  expect(answerDetails(details, "msgpack")).toEqual({ reason: "why", id: 2n ** 53n + 1n, list: [1n] });
});

it.each([
  [undefined],
  [null],
  [5],
  ["text"],
  [true],
  [[1]],
  [new Map([["a", 1]])],
  [{ big: 1n }],
  [{ "\0": 1 }],
  [proto()],
])("@G23 details that are no dictionary of plain data become an empty one (%#)", (details) => {
  expect(answerDetails(details, "json")).toEqual({});
});

function proto(): unknown {
  return JSON.parse('{"a":{"__proto__":1}}');
}
