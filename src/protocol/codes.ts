/** Message type codes (WAMP, "Message Codes"). */
export const MessageCode = {
  HELLO: 1,
  WELCOME: 2,
  ABORT: 3,
  CHALLENGE: 4,
  AUTHENTICATE: 5,
  GOODBYE: 6,
  ERROR: 8,
  PUBLISH: 16,
  PUBLISHED: 17,
  SUBSCRIBE: 32,
  SUBSCRIBED: 33,
  UNSUBSCRIBE: 34,
  UNSUBSCRIBED: 35,
  EVENT: 36,
  CALL: 48,
  CANCEL: 49,
  RESULT: 50,
  REGISTER: 64,
  REGISTERED: 65,
  UNREGISTER: 66,
  UNREGISTERED: 67,
  INVOCATION: 68,
  INTERRUPT: 69,
  YIELD: 70,
} as const;

export type MessageName = keyof typeof MessageCode;
export type MessageCode = (typeof MessageCode)[MessageName];

/** Message types that an ERROR can answer. */
export type RequestName =
  "CALL" | "INVOCATION" | "PUBLISH" | "SUBSCRIBE" | "UNSUBSCRIBE" | "REGISTER" | "UNREGISTER";

const names = new Map<number, MessageName>();
for (const [name, code] of Object.entries(MessageCode)) names.set(code, name as MessageName);

/** Returns the name of a message code; `undefined` for a code that WAMP does not define. */
export function messageName(code: unknown): MessageName | undefined {
  return typeof code === "number" ? names.get(code) : undefined;
}
