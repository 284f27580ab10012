import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { MessageName } from "../protocol/message-table.js";
import { MessageCode } from "../protocol/message-table.js";
import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import { parseClientMessage } from "../protocol/parse-client-message.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import type { OwnSerializerName } from "../protocol/payload.js";
import type { RawMessage } from "../protocol/raw-message.js";
import { toRaw } from "../protocol/write-message.js";
import { DecodeError } from "./errors.js";
import type { Serializer } from "./serializer.js";
import { serializers } from "./serializers.js";

type Side = "client" | "router";
type Message = ClientMessage | RouterMessage;

const parsers: Record<Side, (raw: RawMessage) => Message> = {
  client: parseClientMessage,
  router: parseRouterMessage,
};

interface OwnVector {
  readonly name: string;
  readonly from: Side;
  readonly message: Record<string, unknown>;
  readonly args?: readonly unknown[];
  readonly kwargs?: Record<string, unknown>;
  readonly json: string;
  readonly msgpack: string;
  readonly cbor: string;
}

/** The bytes were written by the json, msgpack and cbor2 packages of Python; `{ "$bytes": hex }` stands for binary data. */
const own = JSON.parse(
  readFileSync(new URL("./vectors/messages.json", import.meta.url), "utf8"),
  (_key, value: unknown) => (isBytes(value) ? fromHex(value.$bytes) : value),
) as OwnVector[];

describe("the project's own vectors", () => {
  it("cover every message type", () => {
    expect(new Set(own.map(({ message }) => message["type"]))).toEqual(new Set(Object.keys(MessageCode)));
  });

  for (const vector of own) {
    for (const serializer of serializers) {
      const text = vector[serializer.name as OwnSerializerName];
      const frame = serializer.binary ? fromHex(text) : text;
      it(`read and write ${vector.name} in ${serializer.name}`, () => {
        const { payload, ...fields } = fieldsOf(parsers[vector.from](serializer.decode(frame)));
        expect(fields).toEqual(vector.message);
        expect(payload && serializer.decodePayload(payload)).toEqual(
          vector.args && { args: vector.args, kwargs: vector.kwargs },
        );

        const written = vector.message as unknown as Message;
        const encoded = vector.args && serializer.encodePayload(vector.args, vector.kwargs);
        const raw = toRaw({ ...written, ...(encoded && { payload: encoded }) });
        expect(serializer.encode(raw)).toEqual(frame);
      });
    }
  }
});

// The single-message vectors of the WAMP project.

interface SharedVectors {
  readonly wamp_message_type: MessageName;
  readonly samples: readonly {
    readonly description: string;
    readonly serializers: Record<string, readonly { readonly bytes_hex: string }[]>;
    readonly expected_attributes: Record<string, unknown>;
  }[];
}

const FOLDER = fileURLToPath(new URL("../../../shared/wamp-vectors/", import.meta.url));

const senders: Partial<Record<MessageName, readonly Side[]>> = {
  ABORT: ["client", "router"],
  GOODBYE: ["client", "router"],
};
const CLIENT_TYPES: readonly MessageName[] = [
  "HELLO",
  "AUTHENTICATE",
  "PUBLISH",
  "SUBSCRIBE",
  "UNSUBSCRIBE",
  "CALL",
  "CANCEL",
  "REGISTER",
  "UNREGISTER",
  "YIELD",
];

if (!existsSync(FOLDER)) {
  it.skip(`the vectors of the WAMP project: the folder ../shared/wamp-vectors is not there`, () => {});
} else {
  describe("the vectors of the WAMP project", () => {
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
      const vectors = JSON.parse(readFileSync(`${FOLDER}${file}`, "utf8")) as SharedVectors;
      const type = vectors.wamp_message_type;
      const sides = senders[type] ?? [CLIENT_TYPES.includes(type) ? "client" : "router"];
      for (const { description, serializers: encodings, expected_attributes: expected } of vectors.samples) {
        for (const side of sides) {
          for (const serializer of serializers) {
            it(`${description}, of a ${side}, in ${serializer.name}`, () => {
              const samples = encodings[serializer.name] ?? [];
              expect(samples).not.toEqual([]);
              const frames = samples.map(({ bytes_hex }) => toFrame(serializer, bytes_hex));
              const written = frames.map((frame) => {
                const message = parsers[side](serializer.decode(frame));
                expect(attributes(message, serializer, expected)).toEqual(expected);
                return serializer.encode(toRaw(message));
              });
              // Of several spellings, with and without spaces, we write one.
              expect(frames).toContainEqual(written[0]);
            });
          }
        }
      }
    }
  });
}

/** Returns the attributes that the vector expects, under its names, as read from the message. */
function attributes(message: Message, serializer: Serializer, expected: Record<string, unknown>) {
  const { payload, ...fields } = fieldsOf(message);
  const details = fields["details"] as Record<string, unknown> | undefined;
  const values: Record<string, unknown> = {
    ...fields,
    message_type: MessageCode[message.type],
    request_type: message.type === "ERROR" ? MessageCode[message.requestType] : undefined,
    request_id: fields["request"],
    session_id: fields["session"],
    subscription_id: fields["subscription"],
    publication_id: fields["publication"],
    registration_id: fields["registration"],
    roles: details?.["roles"],
    ...(payload && payloadAttributes(payload, serializer, typeof expected["payload"] === "string")),
  };
  return Object.fromEntries(Object.keys(expected).map((key) => [key, values[key]]));
}

function payloadAttributes(
  payload: NonNullable<RawMessage["payload"]>,
  serializer: Serializer,
  transparent: boolean,
) {
  if (transparent) {
    // Payload passthru is not built: the payload is carried as it is, and only reading it fails.
    expect(() => serializer.decodePayload(payload)).toThrow(DecodeError);
    return { args: null, kwargs: null, payload: binaryElement(payload.data) };
  }
  const { args, kwargs } = serializer.decodePayload(payload);
  return {
    args: payload.count === 0 ? null : args,
    kwargs: payload.count === 2 ? kwargs : null,
    payload: null,
  };
}

/** The one binary element of a payload, in hex. */
function binaryElement(data: string | Uint8Array): string {
  if (typeof data === "string") {
    return Buffer.from((JSON.parse(data) as string).slice(1), "base64").toString("hex");
  }
  const [header, length] = data;
  // Of up to 255 bytes, in MessagePack and in CBOR.
  expect(header).toBeOneOf([0xc4, 0x58]);
  expect(data.length).toBe(2 + (length ?? 0));
  return Buffer.from(data.subarray(2)).toString("hex");
}

function fieldsOf(message: Message): Record<string, unknown> & { payload?: RawMessage["payload"] } {
  return message;
}

function toFrame(serializer: Serializer, hex: string): string | Uint8Array {
  return serializer.binary ? fromHex(hex) : Buffer.from(hex, "hex").toString("utf8");
}

function isBytes(value: unknown): value is { readonly $bytes: string } {
  return typeof value === "object" && value !== null && "$bytes" in value && typeof value.$bytes === "string";
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
