import { invalidType } from "../../connection/error-records.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { notStored } from "../error-records.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import type { Outbox } from "./outbox.js";

type OutboxRequest = Extract<AnsweredRequest, { kind: "outbox" | "outbox-entry" }>;

const EVENTS = { cancel: "canceled", retry: "retried", dismiss: "dismissed" } as const;

/** Answers what a tab asks of the outbox, of which nothing is trusted. */
export async function answerOutbox(
  outbox: Outbox,
  tab: Tab,
  asked: OutboxRequest,
  pending: PendingRequest,
): Promise<void> {
  const { request } = asked;
  if (asked.kind === "outbox-entry") {
    if (!Object.hasOwn(EVENTS, asked.action))
      return pending.reject(invalidType("The action", asked.action, "a known one"));
    return pending.resolve({
      kind: "done",
      request,
      isDone: await outbox.act(asked.key, EVENTS[asked.action]),
    });
  }
  const entries = await outbox.list();
  if (entries === undefined && asked.action !== "unwatch") return pending.reject(notStored(outbox.reason()));
  // In the same turn as the answer, so that no change is missed.
  if (asked.action !== "list") outbox.watch(tab, asked.action === "watch");
  pending.resolve({ kind: "done", request, entries: entries ?? [] });
}
