import type { RequestId } from "../../contract/ids.js";
import type { MatchPolicy, OfflinePolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { RequestOptions } from "../api/request-options.js";
import { handler as functionCheck, text } from "../errors/checks.js";
import { isConnectionLostError, isSessionClosedError, isWorkerLostError } from "../errors/outcome-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "../requests/owner.js";
import { createHandle } from "./handle.js";
import type { Handle } from "./handle.js";
import type { Place } from "./place.js";
import { takeLazy } from "./lazy.js";
import { parseOptions } from "./request-parts.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";

/** The part of a message that differs between the first request for a handle and its restoration. */
export interface Terms {
  readonly options: Dict;
  readonly given?: Dict | undefined;
  readonly timeout: number;
  readonly offline: OfflinePolicy;
  readonly replayed?: true;
}

/** The differences between subscriptions and registrations. */
export interface HandleKind<Id> {
  /** The public method and its first parameter, for the messages of errors. */
  readonly method: string;
  readonly parameter: string;
  readonly ask: (request: RequestId, id: Id, uri: string, terms: Terms, place?: Place) => AnsweredRequest;
  readonly release: (request: RequestId, id: Id) => AnsweredRequest;
  /** True keeps an entry until the hub has confirmed its release. */
  readonly openWhileReleasing: boolean;
}

/** One handle as the application has described it. */
export interface HandleEntry<Handler> {
  readonly owner: Owner;
  /** The topic, the procedure or the pattern. */
  readonly uri: string;
  readonly match: MatchPolicy;
  readonly handler: Handler;
  /** True if its arguments are decoded when they are used. */
  readonly isLazy: boolean;
  /** The options of every request for it. */
  readonly options: Dict;
  readonly given?: Dict | undefined;
  readonly place?: Place | undefined;
}

interface OpenHandle<Handler> {
  readonly handle: Handle;
  readonly entry: HandleEntry<Handler>;
}

/** Creates the table of the subscriptions or registrations of this tab by number, from their request to their end. */
export function createHandleTable<Id extends number, Handler>(
  tab: TabContext,
  { method, parameter, ask, release: releaseMessage, openWhileReleasing }: HandleKind<Id>,
) {
  const opened = new Map<Id, OpenHandle<Handler>>();
  let last = 0;

  async function release(id: Id): Promise<void> {
    if (!openWhileReleasing) opened.delete(id);
    try {
      // Without a hub, none has it.
      if (!tab.requests.hasHub) return;
      await tab.requests.send((request) => ({
        message: releaseMessage(request, id),
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
    open?.handle.end(error);
  }

  return {
    ended,

    get: (id: Id): HandleEntry<Handler> | undefined => opened.get(id)?.entry,

    /** Requests a new handle. Resolves with what `toPublic` makes of it. */
    open: <T>(
      owner: Owner,
      uri: string,
      handler: Handler,
      all: OptionsArguments<RequestOptions & { readonly match?: MatchPolicy | undefined }>,
      toPublic: (handle: Handle, match: MatchPolicy) => T,
      place?: Place,
    ): Promise<T> =>
      tab.requests.send((request) => {
        text(`${method}: ${parameter}`, uri);
        functionCheck(`${method}: handler`, handler, all[0]);
        const { isLazy, given: others } = takeLazy(tab, method, all);
        const { signal, ...terms } = parseOptions(tab, method, others, tab.defaults.requestTimeout);
        const { match = "exact" } = all[0] ?? {};
        const id = ++last as Id;
        const handle = createHandle(() => release(id));
        const { options, given } = terms;
        // Before the answer, which events and invocations may precede or accompany.
        opened.set(id, { handle, entry: { owner, uri, match, handler, isLazy, options, given, place } });
        return {
          owner,
          message: ask(request, id, uri, terms, place),
          signal,
          answer: () => toPublic(handle, match),
          accepted: handle.established,
          failed: () => {
            opened.delete(id);
            // Then the hub has rejected the request because of the release.
            owner.throwIfLeft();
          },
          late: () => void release(id).catch(tab.report),
        };
      }),

    /**
     * Requests all handles that a lost worker had from the next one, which keeps their deadlines and repeats what is refused for a reason
     * that may pass: its refusal is final.
     */
    replay(): void {
      for (const [id, { handle, entry }] of opened) {
        if (!handle.active) continue;
        const { options, given } = entry;
        const terms = { options, given, timeout: 0, offline: "wait", replayed: true } as const;
        const restored = tab.requests.send((request) => ({
          message: ask(request, id, entry.uri, terms, entry.place),
          answer: () => undefined,
        }));
        restored.catch((error: unknown) => {
          // A release rejects it as well, and the loss of this worker leads to another replay.
          if (handle.active && isWampMuxError(error) && !hubIsGone(error)) ended(id, error);
        });
      }
    },

    /** Releases the handles of an owner. Resolves when the hub has confirmed that, or could not; never rejects. */
    async releaseAll(owner: Owner): Promise<void> {
      const own = [...opened.values()].filter(({ entry }) => entry.owner === owner);
      await Promise.allSettled(own.map(({ handle }) => handle.release()));
    },

    /** Ends all handles because the session is closed. */
    close(error: WampMuxError | undefined): void {
      for (const { handle } of opened.values()) handle.end(error);
      opened.clear();
    },
  };
}

/** Tells whether a request failed because its worker is lost or the session is closed. */
function hubIsGone(error: unknown): boolean {
  return isWorkerLostError(error) || isSessionClosedError(error);
}
