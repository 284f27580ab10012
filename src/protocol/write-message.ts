import { fieldsOf, MessageCode } from "./message-table.js";
import type { FieldName } from "./message-table.js";
import type { RequestName } from "./messages.js";
import type { ClientMessage, RouterMessage } from "./messages.js";
import type { Payload } from "./payload.js";
import type { RawMessage } from "./raw-message.js";

/** Returns the fields of a message in their order on the wire; the inverse of the two parsers. */
export function toRaw(message: ClientMessage | RouterMessage): RawMessage {
  const fields: unknown[] = [MessageCode[message.type]];
  const values: Readonly<Partial<Record<FieldName, unknown>>> & { readonly payload?: Payload } = message;
  for (const name of fieldsOf(message.type)) {
    const value = values[name];
    // Only the last field is absent, in an UNSUBSCRIBED or UNREGISTERED that answers a request.
    if (value !== undefined) fields.push(name === "requestType" ? MessageCode[value as RequestName] : value);
  }
  return { fields, payload: values.payload };
}
