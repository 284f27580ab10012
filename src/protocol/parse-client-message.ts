import { fromClient } from "./message-table.js";
import type { ClientMessage } from "./messages.js";
import { createParser, readDict, readId, readString, requestTypeReader } from "./parse-message.js";
import type { Sender } from "./parse-message.js";

/** A client, which writes every field of its messages. */
const client: Sender = {
  name: "client",
  messages: fromClient,
  readers: {
    id: readId,
    string: readString,
    uri: readString,
    // Clients may write null for an empty dictionary, as some do.
    dict: (value, refuse) => (value === null ? {} : readDict(value, refuse)),
    requestType: requestTypeReader("INVOCATION"),
  },
};

/** Parses a message from a client to a router. URIs need only be strings: a router rejects an invalid one with ERROR. Throws `ProtocolError`. */
export const parseClientMessage = createParser<ClientMessage>(client);
