import { isDurable } from "../../contract/outbox.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { VERSION } from "../stored-entry.js";
import type { NewEntry } from "../stored-entry.js";

/** A request that goes into the outbox. */
export type DurableRequest = Extract<AnsweredRequest, { kind: "call" | "publish" }>;

export function keyOf({ offline }: DurableRequest): string {
  return isDurable(offline) ? offline.key : "";
}

/** Tells whether a request is settled as soon as it is stored. */
export function wantsAcceptance(request: DurableRequest): boolean {
  return request.kind === "publish" && request.options.acknowledge !== true;
}

/** Returns the entry of a request that has been judged. */
export function newContent(
  request: DurableRequest,
  { now, ...place }: Pick<NewEntry, "owner" | "outboxId" | "key" | "authid"> & { readonly now: number },
): NewEntry {
  return {
    version: VERSION,
    ...place,
    kind: request.kind,
    uri: request.kind === "call" ? request.procedure : request.topic,
    options: request.options,
    payload: request.payload,
    createdAt: now,
    expiresAt: request.timeout > 0 ? now + request.timeout : null,
    outcome: null,
  };
}
