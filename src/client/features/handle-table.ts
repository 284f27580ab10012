import type { RequestId } from "../../contract/ids.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import { isConnectionLostError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "../requests/owner.js";
import type { RequestSpec } from "../requests/request-spec.js";
import { createHandle } from "./handle.js";
import type { Handle } from "./handle.js";
import type { ParsedOptions } from "./request-parts.js";
import { hubIsGone, restore } from "./restoration.js";
import type { Restorable } from "./restoration.js";
import type { TabContext } from "./tab-context.js";

/** The part of a message that differs between the first request for a handle and its restoration. */
export interface Terms {
  readonly options: Dict;
  readonly timeout: number;
  readonly offline: OfflinePolicy;
  readonly replayed?: true;
}

/** The messages for handles of one kind. */
export interface HandleMessages<Id, Entry> {
  readonly ask: (request: RequestId, id: Id, entry: Entry, terms: Terms) => AnsweredRequest;
  readonly release: (request: RequestId, id: Id) => AnsweredRequest;
}

/** Describes a handle by its type. */
export interface HandleEntry {
  readonly owner: Owner;
  /** The options of every request for it. */
  readonly options: Dict;
}

interface OpenHandle<Entry> extends Restorable {
  readonly handle: Handle;
  readonly entry: Entry;
  stopRestoring: () => void;
}

/**
 * Creates the table of the subscriptions or registrations of this tab by number, from their request to their end.
 * @param openWhileReleasing true keeps an entry until the hub has confirmed its release
 */
export function createHandleTable<Id extends number, Entry extends HandleEntry>(
  tab: TabContext,
  messages: HandleMessages<Id, Entry>,
  openWhileReleasing: boolean,
) {
  const opened = new Map<Id, OpenHandle<Entry>>();
  let last = 0;

  async function release(id: Id): Promise<void> {
    const open = opened.get(id);
    open?.stopRestoring();
    if (!openWhileReleasing) opened.delete(id);
    try {
      // A handle that no hub has is released at once.
      if (open?.hubMayHaveIt === false) return;
      await tab.requests.send((request) => ({
        message: messages.release(request, id),
        answer: () => undefined,
      }));
    } catch (error) {
      // A handle that no longer exists counts as released.
      if (!isConnectionLostError(error) && !hubIsGone(error)) throw error;
    } finally {
      opened.delete(id);
    }
  }

  /** Ends a handle that the application did not release. */
  function ended(id: Id, error: WampMuxError): void {
    const open = opened.get(id);
    opened.delete(id);
    open?.stopRestoring();
    open?.handle.end(error);
  }

  return {
    ended,

    get: (id: Id): Entry | undefined => opened.get(id)?.entry,

    /** Describes the request for a new handle, which resolves with what `publish` makes of it. */
    open<T>(
      request: RequestId,
      entry: Entry,
      { signal, ...terms }: ParsedOptions,
      toPublic: (handle: Handle) => T,
    ): RequestSpec<T> {
      const id = ++last as Id;
      const handle = createHandle(() => release(id));
      const open: OpenHandle<Entry> = { handle, entry, hubMayHaveIt: false, stopRestoring: () => undefined };
      // Before the answer, which events and invocations may precede or accompany.
      opened.set(id, open);
      return {
        owner: entry.owner,
        message: messages.ask(request, id, entry, terms),
        signal,
        answer: () => toPublic(handle),
        posted: () => {
          open.hubMayHaveIt = true;
        },
        accepted: handle.established,
        failed: () => {
          opened.delete(id);
          // Then the hub has rejected the request because of the release.
          entry.owner.throwIfLeft();
        },
        late: () => void release(id).catch(tab.report),
      };
    },

    /** Requests all handles that the lost worker had from a new worker. */
    replay(): void {
      for (const [id, open] of opened) {
        const { handle, entry } = open;
        open.stopRestoring();
        if (!handle.active) continue;
        const { owner, options } = entry;
        // The hub keeps the deadlines of what it restores, whether it had the handle before or a lost hub did.
        const terms = { options, timeout: 0, offline: "wait", replayed: true } as const;
        open.stopRestoring = restore(
          tab,
          owner,
          open,
          (request) => messages.ask(request, id, entry, terms),
          (refusal) => ended(id, refusal),
        );
      }
    },

    /** Releases the handles of an owner. Resolves when the hub has confirmed that, or could not; never rejects. */
    async releaseAll(owner: Owner): Promise<void> {
      const own = [...opened.values()].filter(({ entry }) => entry.owner === owner);
      await Promise.allSettled(own.map(({ handle }) => handle.release()));
    },

    /** Ends all handles because the session is closed. */
    close(error: WampMuxError | undefined): void {
      for (const { handle, stopRestoring } of opened.values()) {
        stopRestoring();
        handle.end(error);
      }
      opened.clear();
    },
  };
}
