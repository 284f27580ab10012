import type { MessageName } from "./codes.js";
import { describe } from "./describe.js";
import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import { MAX_ID } from "./ids.js";
import type { Payload } from "./payload.js";
import type { RawMessage } from "./raw-message.js";

/** The peer that sent a message. */
export type Sender = "router" | "client";

/**
 * Reads the fields of one message. Decides by its author what becomes of a field that cannot be read, so that no third party can end the
 * session of this client, and with it that of every tab:
 *
 * | fields of a message from the router | author                                                                                 | read by                   |
 * | ----------------------------------- | -------------------------------------------------------------------------------------- | ------------------------- |
 * | code, ids, request type; number     | the router                                                                             | `id`, `arity`, …          |
 * | CHALLENGE.AuthMethod                | the router                                                                             | `string`                  |
 * | WELCOME.Details, CHALLENGE.Extra    | an authenticator, and the client itself in the `authextra` that comes back             | `foreignDict`             |
 * | EVENT.Details                       | the publisher, in its authid and in what routers pass on (`forward_for`, `enc_algo`, …) | `foreignDict`             |
 * | INVOCATION.Details                  | the caller, likewise                                                                   | `foreignDict`             |
 * | RESULT.Details                      | the callee, likewise                                                                   | `foreignDict`             |
 * | ERROR.Details, ERROR.Error          | the callee; after other requests than CALL, an authorizer                              | `foreignDict`, `foreignUri` |
 * | INTERRUPT.Options                   | the caller, in the options of its CANCEL                                               | `foreignDict`             |
 * | GOODBYE, ABORT: Details, Reason     | anyone who may call `wamp.session.kill`                                                | `foreignDict`, `foreignUri` |
 * | UNSUBSCRIBED, UNREGISTERED: Details | the router, but its `reason` anyone who may call `wamp.subscription.remove_subscriber` | `partlyForeignDict`       |
 * | Arguments, ArgumentsKw              | a third party; only the receiver of the message decodes them                           | `payload`                 |
 *
 * A client writes every field of its own messages.
 *
 * Every other method than those for foreign fields throws a `ProtocolError` that names the message, the field and the value found.
 */
export class Fields {
  readonly #raw: RawMessage;
  readonly #name: MessageName;
  readonly #sender: Sender;

  constructor(raw: RawMessage, name: MessageName, sender: Sender) {
    this.#raw = raw;
    this.#name = name;
    this.#sender = sender;
  }

  /** Checks the number of fields, including the code but not the payload. */
  arity(least: number, most = least): void {
    const { length } = this.#raw.fields;
    if (length < least || length > most) {
      const expected = least === most ? `${least}` : `${least} to ${most}`;
      throw new ProtocolError(`${this.#name} must have ${expected} fields, got ${length}`);
    }
  }

  has(index: number): boolean {
    return index < this.#raw.fields.length;
  }

  /** Tells whether the serializer could read a field. */
  isReadable(index: number): boolean {
    return this.#raw.fields[index] !== undefined;
  }

  string(index: number, what: string): string {
    const value = this.#raw.fields[index];
    if (typeof value !== "string") this.refuse(index, what, "a string");
    return value;
  }

  /** Reads a dictionary. Clients may write null for an empty one, as some do. */
  dict(index: number, what: string): Dict {
    const value = this.#raw.fields[index];
    if (value === null && this.#sender === "client") return {};
    if (!isDict(value)) this.refuse(index, what, "a dictionary");
    return value;
  }

  /** Reads a dictionary with content of a third party; anything else counts as an empty one. */
  foreignDict(index: number, what: string): Dict {
    if (this.#sender === "client") return this.dict(index, what);
    const value = this.#raw.fields[index];
    return isDict(value) ? value : {};
  }

  /** Reads a URI that a third party has chosen; anything but a string is described by one. */
  foreignUri(index: number, what: string): string {
    if (this.#sender === "client") return this.string(index, what);
    const value = this.#raw.fields[index];
    return typeof value === "string" ? value : describe(value);
  }

  /** Reads a dictionary of the router with content of a third party; returns `undefined` if that content makes it unreadable. */
  partlyForeignDict(index: number, what: string): Dict | undefined {
    return this.#raw.fields[index] === undefined ? undefined : this.dict(index, what);
  }

  id<Id extends number>(index: number, what: string): Id {
    const value = this.#raw.fields[index];
    if (!isId(value)) this.refuse(index, what, "an integer from 1 to 2^53");
    return value as Id;
  }

  /** Reads an id, or 0 in a message that the router sends unsolicited. */
  idOrZero<Id extends number>(index: number, what: string): Id {
    return this.#raw.fields[index] === 0 ? (0 as Id) : this.id<Id>(index, what);
  }

  payload(): Payload {
    const { payload } = this.#raw;
    if (payload === undefined) throw new ProtocolError(`${this.#name} came without its payload`);
    return payload;
  }

  refuse(index: number, what: string, expected: string): never {
    const value = this.#raw.fields[index];
    throw new ProtocolError(
      `${this.#name}: field ${index} (${what}) must be ${expected}, got ${describe(value)}`,
    );
  }
}

/** Tells whether a value is a WAMP id (WAMP, "IDs"). */
export function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_ID;
}

function isDict(value: unknown): value is Dict {
  // `typeof` is not enough: binary data and timestamps of MessagePack are objects too.
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
