import type { Notice } from "../contract/notices.js";
import type { PendingRequest } from "./tab/pending-request.js";
import type { Tab } from "./tab/tab.js";

/** The subscription or registration of one tab: its part of a wire subscription or wire registration. */
export interface LocalEntry {
  readonly tab: Tab;
  /** The tab's request for it. */
  readonly pending: PendingRequest;
  /** True if a lost worker had it: it waits like one that is active, until the router has restored it. */
  readonly replayed: boolean;
  /** Its entry at the router; `id` is the router's. */
  readonly wire: { readonly id: number | undefined };
  /** True once its request has been resolved; from then on, the tab gets its events or invocations. */
  active: boolean;
  /** True once it belongs to its entry no longer. */
  removed: boolean;
}

/** Tells a tab that its subscription or registration has ended. */
export type EndNotice = Extract<Notice, { kind: "subscription-ended" | "registration-ended" }>;

/** Makes a local entry active, and resolves its request. */
export function activate(local: LocalEntry): void {
  if (local.active) return;
  local.active = true;
  const { wire, pending } = local;
  pending.resolve({
    kind: "done",
    request: pending.request,
    ...(wire.id !== undefined && { id: wire.id }),
  });
}

/** Ends a local entry: by a notice if its request has been resolved, otherwise by rejecting that. */
export function endLocal({ active, tab, pending }: LocalEntry, ended: EndNotice): void {
  if (active) tab.notices.push(ended);
  else pending.reject(ended.error);
}
