import { MessageCode, messageName } from "./message-table.js";
import type { FieldName, Layout } from "./message-table.js";
import type { RequestName } from "./messages.js";
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
  readonly messages: Readonly<Record<string, Layout>>;
  readonly readers: Readonly<Record<(typeof KINDS)[FieldName], FieldReader>>;
  /** Readers of fields for which more is allowed in one message than in others. */
  readonly exceptions?: Readonly<Partial<Record<string, Partial<Record<FieldName, FieldReader>>>>>;
}

/** Numbers of elements, including the code but not the payload, in messages in which they vary. */
const LENGTHS: Readonly<Partial<Record<string, readonly [least: number, most: number]>>> = {
  // Arguments may follow the reason; they are ignored.
  ABORT: [3, 5],
  UNSUBSCRIBED: [2, 3],
  UNREGISTERED: [2, 3],
};

/** A message type, prepared for the parser, which sees every event. */
interface Form {
  readonly type: string;
  readonly fields: readonly { readonly name: FieldName; readonly read: FieldReader }[];
  readonly lengths: readonly [least: number, most: number];
  readonly carriesPayload: boolean;
}

/**
 * Returns the parser of a peer's messages. It throws a `ProtocolError` that names the message, the field and the value found, for a code
 * that the sender does not use, a wrong number of fields, and a field that its reader refuses.
 */
export function createParser<Message>({
  name: peer,
  messages,
  readers,
  exceptions,
}: Sender): (raw: RawMessage) => Message {
  const forms = new Map<unknown, Form>();
  for (const [type, [code, fields]] of Object.entries(messages)) {
    const own = exceptions?.[type];
    forms.set(code, {
      type,
      fields: fields.map((name) => ({ name, read: own?.[name] ?? readers[KINDS[name]] })),
      lengths: LENGTHS[type] ?? [fields.length + 1, fields.length + 1],
      carriesPayload: payloadPosition(code) !== undefined,
    });
  }
  return (raw) => {
    const [code] = raw.fields;
    const form = forms.get(code);
    if (form !== undefined) return parse(raw, form) as Message;
    const name = messageName(code);
    throw new ProtocolError(
      name === undefined ? `unknown message code ${describe(code)}` : `a ${peer} does not send ${name}`,
    );
  };
}

function parse(
  { fields, payload }: RawMessage,
  { type, fields: expected, lengths, carriesPayload }: Form,
): unknown {
  const { length } = fields;
  const [least, most] = lengths;
  if (length < least || length > most) {
    throw new ProtocolError(
      `${type} must have ${least === most ? least : `${least} to ${most}`} fields, got ${length}`,
    );
  }
  let index = 0;
  const refuse: Refuse = (allowed) => {
    const name = expected[index - 1]?.name.replace("requestType", "request type");
    throw new ProtocolError(
      `${type}: field ${index} (${name}) must be ${allowed}, got ${describe(fields[index])}`,
    );
  };
  const message: Record<string, unknown> = { type };
  for (const { name, read } of expected) {
    index += 1;
    if (index < length) message[name] = read(fields[index], refuse, length);
  }
  if (!carriesPayload) return message;
  if (payload === undefined) throw new ProtocolError(`${type} came without its payload`);
  message["payload"] = payload;
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
