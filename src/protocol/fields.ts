import type { MessageName } from "./codes.js";
import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import { MAX_ID } from "./ids.js";
import type { Payload } from "./payload.js";
import type { RawMessage } from "./raw-message.js";

/** Reads the fields of one message. Every method throws a `ProtocolError` that names the message, the field and the value found. */
export class Fields {
  readonly #raw: RawMessage;
  readonly #name: MessageName;

  constructor(raw: RawMessage, name: MessageName) {
    this.#raw = raw;
    this.#name = name;
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

  string(index: number, what: string): string {
    const value = this.#raw.fields[index];
    if (typeof value !== "string") this.refuse(index, what, "a string");
    return value;
  }

  dict(index: number, what: string): Dict {
    const value = this.#raw.fields[index];
    if (!isDict(value)) this.refuse(index, what, "a dictionary");
    return value;
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

const LONGEST_QUOTE = 60;

/** Formats a value for an error message; the result is short, whatever the peer sent. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST_QUOTE ? `a string of ${value.length} characters` : JSON.stringify(value);
    case "number":
    case "boolean":
    case "bigint":
    case "undefined":
      return String(value);
    default:
      if (value === null) return "null";
      return Array.isArray(value) ? "a list" : `an ${typeof value}`;
  }
}
