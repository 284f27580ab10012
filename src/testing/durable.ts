import type { OutboxRecord } from "../contract/outbox.js";
import type { AnsweredRequest } from "../contract/requests.js";
import type { ClientMessage } from "../protocol/messages.js";
import type { Asked } from "./asked.js";
import type { FakeTab } from "./fake-tab.js";
import { json } from "./harness.js";

export const DURABLE = "com.durable";

/** Publishes through the outbox; the argument is the key as well. */
export function publishDurably(
  tab: FakeTab,
  key: string,
  {
    acknowledge = false,
    timeout = 600_000,
    uri = DURABLE,
  }: { acknowledge?: boolean; timeout?: number; uri?: string } = {},
): Asked {
  return tab.make((request) => ({
    kind: "publish",
    request,
    topic: uri,
    options: acknowledge ? { acknowledge } : {},
    payload: json(key),
    timeout,
    offline: { key },
  }));
}

/** Calls through the outbox; the argument is the key as well. */
export function callDurably(tab: FakeTab, key: string, timeout = 600_000, uri = DURABLE): Asked {
  return tab.make((request) => ({
    kind: "call",
    request,
    procedure: uri,
    options: {},
    payload: json(key),
    timeout,
    offline: { key },
  }));
}

type Action = Extract<AnsweredRequest, { kind: "outbox" | "outbox-entry" }>["action"];

/** Asks something of the outbox. */
export function askOutbox(tab: FakeTab, action: Action, key = ""): Asked {
  return tab.make((request) =>
    action === "list" || action === "watch" || action === "unwatch"
      ? { kind: "outbox", request, action }
      : { kind: "outbox-entry", request, action, key },
  );
}

/** Returns the entries in an answer of the outbox. */
export function entriesIn({ outcome }: Asked): readonly OutboxRecord[] {
  return (outcome?.kind === "done" && outcome.entries) || [];
}

/** Returns the keys of the durable requests among messages, in their order. */
export function keysIn(messages: readonly ClientMessage[]): string[] {
  return messages.flatMap((message) => {
    const uri = message.type === "PUBLISH" ? message.topic : message.type === "CALL" ? message.procedure : "";
    if (uri !== DURABLE || !("payload" in message)) return [];
    return [String((JSON.parse(`[${String(message.payload.data)}]`) as unknown[][])[0]?.[0])];
  });
}
