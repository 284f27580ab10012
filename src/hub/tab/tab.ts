import type { ErrorRecord } from "../../contract/errors.js";
import type { RequestId, TabId } from "../../contract/ids.js";
import type { Asked } from "../../contract/port.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { Clock } from "../../web/clock.js";
import type { NoticeReceiver, NoticeSender } from "./notice-sender.js";
import { PendingRequest } from "./pending-request.js";
import type { SendQueue } from "./send-queue.js";

/** The page of a tab, as seen by the hub. */
export interface TabPeer extends NoticeReceiver {
  /** Asks the application for a part of its session's credentials; rejects if it has none. */
  ask(what: Asked): Promise<string>;
}

/** Maximum number of warnings that are remembered for a tab; further ones are not given. */
const TOLD_KEPT = 1_000;

/** One attached client: its messages in both directions and its pending requests. Features keep their own state by tab. */
export function createTab(id: TabId, peer: TabPeer, notices: NoticeSender, queue: SendQueue, clock: Clock) {
  const requests = new Map<RequestId, PendingRequest>();
  const told = new Set<string>();
  let limitedRequests = 0;
  let setDeparted = (): void => undefined;
  const departed = new Promise<void>((resolve) => (setDeparted = resolve));

  return {
    id,

    notices,

    queue,

    requests,

    /** Resolves when the tab has left or vanished. */
    departed,

    /** Number of pending requests to which the limits of the tab apply. */
    get limitedRequests(): number {
      return limitedRequests;
    },

    /**
     * Begins a request, which is settled exactly once, at the latest after `timeout` milliseconds (0: no deadline).
     * @param isLimited true if the limits of the tab apply to it
     */
    begin(
      request: RequestId,
      { timeout, offline, isLimited }: { timeout: number; offline: OfflinePolicy; isLimited: boolean },
    ): PendingRequest {
      if (requests.has(request)) throw new Error(`Request ${request} of tab ${id} already exists`);
      const pending = new PendingRequest(request, { clock, timeout, offline }, (settled, notice) => {
        requests.delete(settled.request);
        if (isLimited) limitedRequests -= 1;
        if (!settled.sent) queue.drop(settled);
        if (notice !== undefined) notices.push(notice);
      });
      requests.set(request, pending);
      if (isLimited) limitedRequests += 1;
      return pending;
    },

    /** Warns the application of something that does not settle a request, but not twice of the same. */
    tellOnce(error: ErrorRecord): void {
      const text = `${error.name} ${error.message}`;
      if (told.has(text) || told.size >= TOLD_KEPT) return;
      told.add(text);
      notices.push({ kind: "warning", error });
    },

    ask(what: Asked): Promise<string> {
      return peer.ask(what);
    },

    /** Closes the tab: undoes its requests and delivers no further notice. Features release their state of the tab before. */
    close(): void {
      for (const pending of requests.values()) pending.abandon();
      notices.close();
      setDeparted();
    },
  };
}

export type Tab = ReturnType<typeof createTab>;
