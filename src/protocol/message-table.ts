import type { ClientMessage, RouterMessage } from "./messages.js";

type Message = ClientMessage | RouterMessage;

export type MessageName = Message["type"];

/** Names of the fields of a message on the wire; `payload` stands for the arguments after these. */
type FieldOf<M> = M extends Message ? Exclude<keyof M, "type" | "payload"> : never;
export type FieldName = FieldOf<Message>;

/** The code of a message, and its fields on the wire in their order. */
export type Layout<Field = FieldName> = readonly [code: number, fields: readonly Field[]];

type Layouts<M extends Message> = {
  readonly [Name in M["type"]]: Layout<FieldOf<Extract<M, { readonly type: Name }>>>;
};

const fromBoth = {
  ABORT: [3, ["details", "reason"]],
  GOODBYE: [6, ["details", "reason"]],
  ERROR: [8, ["requestType", "request", "details", "error"]],
} as const;

/** The messages that a client sends (WAMP, "Messages" and "Message Codes"). */
export const fromClient = {
  ...fromBoth,
  HELLO: [1, ["realm", "details"]],
  AUTHENTICATE: [5, ["signature", "extra"]],
  PUBLISH: [16, ["request", "options", "topic"]],
  SUBSCRIBE: [32, ["request", "options", "topic"]],
  UNSUBSCRIBE: [34, ["request", "subscription"]],
  CALL: [48, ["request", "options", "procedure"]],
  CANCEL: [49, ["request", "options"]],
  REGISTER: [64, ["request", "options", "procedure"]],
  UNREGISTER: [66, ["request", "registration"]],
  YIELD: [70, ["request", "options"]],
} as const satisfies Layouts<ClientMessage>;

/** The messages that a router sends. */
export const fromRouter = {
  ...fromBoth,
  WELCOME: [2, ["session", "details"]],
  CHALLENGE: [4, ["method", "extra"]],
  PUBLISHED: [17, ["request", "publication"]],
  SUBSCRIBED: [33, ["request", "subscription"]],
  UNSUBSCRIBED: [35, ["request", "details"]],
  EVENT: [36, ["subscription", "publication", "details"]],
  RESULT: [50, ["request", "details"]],
  REGISTERED: [65, ["request", "registration"]],
  UNREGISTERED: [67, ["request", "details"]],
  INVOCATION: [68, ["request", "registration", "details"]],
  INTERRUPT: [69, ["request", "options"]],
} as const satisfies Layouts<RouterMessage>;

const layouts = { ...fromClient, ...fromRouter };

/** Message type codes (WAMP, "Message Codes"). */
export const MessageCode = Object.fromEntries(
  Object.entries(layouts).map(([name, [code]]) => [name, code]),
) as { readonly [Name in MessageName]: (typeof layouts)[Name][0] };

const names = new Map<unknown, MessageName>();
for (const name of Object.keys(layouts) as MessageName[]) names.set(MessageCode[name], name);

/** Returns the name of a message code; `undefined` for a code that WAMP does not define. */
export function messageName(code: unknown): MessageName | undefined {
  return names.get(code);
}

/** Returns the names of a message's fields in their order on the wire, without its code and its arguments. */
export function fieldsOf(name: MessageName): readonly FieldName[] {
  return layouts[name][1];
}
