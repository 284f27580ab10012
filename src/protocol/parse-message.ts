import { fieldsOf, MessageCode, messageName } from "./message-table.js";
import type { FieldName, MessageName, RequestName } from "./message-table.js";
import { describe } from "./describe.js";
import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import { MAX_ID } from "./ids.js";
import { payloadPosition } from "./payload-position.js";
import type { RawMessage } from "./raw-message.js";

/** Throws the error for the value of a field, which should be another, as told in words. */
export type Refuse = (expected: string) => never;

/**
 * Returns the value of a field, or another one that stands for it.
 * @param length the number of elements of the message, including the code but not the payload
 */
export type FieldReader = (value: unknown, refuse: Refuse, length: number) => unknown;

/** The kinds of fields. The name of a field means the same in all messages. */
const KINDS = {
  request: "id",
  requestType: "requestType",
  session: "id",
  subscription: "id",
  registration: "id",
  publication: "id",
  realm: "string",
  method: "string",
  signature: "string",
  topic: "string",
  procedure: "string",
  reason: "uri",
  error: "uri",
  details: "dict",
  options: "dict",
  extra: "dict",
} as const satisfies Readonly<Record<FieldName, string>>;

/** A peer, as the author of messages. */
export interface Sender {
  readonly name: "router" | "client";
  /** The messages that this peer sends. */
  readonly messages: Readonly<Partial<Record<MessageName, unknown>>>;
  readonly readers: Readonly<Record<(typeof KINDS)[FieldName], FieldReader>>;
  /** Readers of fields for which more is allowed in one message than in others. */
  readonly exceptions?: Readonly<Partial<Record<MessageName, Partial<Record<FieldName, FieldReader>>>>>;
}

/** Numbers of elements, including the code but not the payload, in messages in which they vary. */
const LENGTHS: Partial<Record<MessageName, readonly [least: number, most: number]>> = {
  // Arguments may follow the reason; they are ignored.
  ABORT: [3, 5],
  UNSUBSCRIBED: [2, 3],
  UNREGISTERED: [2, 3],
};

/**
 * Parses a message. Throws a `ProtocolError` that names the message, the field and the value found, for a code that the sender does not
 * use, a wrong number of fields, and a field that its reader refuses.
 */
export function parseMessage(
  raw: RawMessage,
  { name: peer, messages, readers, exceptions }: Sender,
): unknown {
  const { fields, payload } = raw;
  const name = messageName(fields[0]);
  if (name === undefined) throw new ProtocolError(`unknown message code ${describe(fields[0])}`);
  if (!(name in messages)) throw new ProtocolError(`a ${peer} does not send ${name}`);
  const fieldNames = fieldsOf(name);
  const { length } = fieldNames;
  const [least, most] = LENGTHS[name] ?? [length + 1, length + 1];
  if (fields.length < least || fields.length > most) {
    const expected = least === most ? least : `${least} to ${most}`;
    throw new ProtocolError(`${name} must have ${expected} fields, got ${fields.length}`);
  }
  const own = exceptions?.[name];
  let index = 1;
  const refuse = (expected: string): never => {
    const field = fieldNames[index - 1]?.replace("requestType", "request type");
    throw new ProtocolError(
      `${name}: field ${index} (${field}) must be ${expected}, got ${describe(fields[index])}`,
    );
  };
  const message: Record<string, unknown> = { type: name };
  for (const field of fieldNames) {
    if (index === fields.length) break;
    message[field] = (own?.[field] ?? readers[KINDS[field]])(fields[index], refuse, fields.length);
    index += 1;
  }
  if (payloadPosition(fields[0]) !== undefined) {
    if (payload === undefined) throw new ProtocolError(`${name} came without its payload`);
    message["payload"] = payload;
  }
  return message;
}

export function readId(value: unknown, refuse: Refuse): number {
  return isId(value) ? value : refuse("an integer from 1 to 2^53");
}

export function readString(value: unknown, refuse: Refuse): string {
  return typeof value === "string" ? value : refuse("a string");
}

export function readDict(value: unknown, refuse: Refuse): Dict {
  return isDict(value) ? value : refuse("a dictionary");
}

/** @param answerable the requests that the sender of an ERROR may have received */
export function requestTypeReader(...answerable: readonly RequestName[]): FieldReader {
  return (value, refuse) =>
    answerable.find((name) => MessageCode[name] === value) ?? refuse(`the code of ${answerable.join(", ")}`);
}

/** Tells whether a value is a WAMP id (WAMP, "IDs"). */
export function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_ID;
}

export function isDict(value: unknown): value is Dict {
  // `typeof` is not enough: binary data and timestamps of MessagePack are objects too.
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
