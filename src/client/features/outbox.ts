import type { ErrorRecord } from "../../contract/errors.js";
import type { OutboxRecord } from "../../contract/outbox.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Outbox, OutboxEntry } from "../api/outbox.js";
import { text } from "../errors/checks.js";
import { isWorkerLostError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "../requests/owner.js";
import type { Answer } from "../requests/request-spec.js";
import { createQueue } from "./async-queue.js";
import { publicIterator, publicObject } from "./public-object.js";
import type { TabContext } from "./tab-context.js";

type Queue = ReturnType<typeof createQueue<readonly OutboxEntry[]>>;

/** The outbox as the tabs see it: what they ask of it, and the changes of which the hub tells those that watch it. */
export function createOutbox(tab: TabContext, toError: (record: ErrorRecord) => WampMuxError) {
  const watchers = new Map<Queue, Owner>();
  /** The content, while it is watched. */
  let known = new Map<string, OutboxEntry>();

  const toEntry = (record: OutboxRecord): OutboxEntry => {
    const { key, kind, uri, state, createdAt, expiresAt, attempts } = record;
    return {
      key,
      kind,
      uri,
      state,
      createdAt,
      expiresAt: expiresAt ?? undefined,
      attempts,
      error: record.error && toError(record.error),
      result: resultOf(record),
    };
  };

  const resultOf = ({ kind, result }: OutboxRecord): OutboxEntry["result"] => {
    const decoded = kind === "call" && result !== undefined ? tab.coder.tryDecode(result.payload) : undefined;
    if (
      result === undefined ||
      decoded === undefined ||
      "failure" in decoded ||
      "ppt_scheme" in result.details
    )
      return undefined;
    return { args: decoded.args, kwargs: decoded.kwargs, details: result.details };
  };

  const entriesOf = (answer: Answer): OutboxEntry[] =>
    (answer.kind === "done" ? (answer.entries ?? []) : []).map(toEntry);

  const tellAll = (): void => {
    const entries = [...known.values()];
    for (const queue of watchers.keys()) {
      // A slow reader gets the latest content only.
      queue.clear();
      queue.push(entries);
    }
  };

  const begin = (): void => {
    tab.requests
      .send((request) => ({
        message: { kind: "outbox", request, action: "watch" },
        answer: (answer) => {
          known = new Map(entriesOf(answer).map((entry) => [entry.key, entry]));
          tellAll();
        },
      }))
      .catch((error: unknown) => {
        // The next worker is asked for the same.
        if (isWorkerLostError(error)) return;
        for (const queue of watchers.keys()) queue.fail(error);
        watchers.clear();
      });
  };

  const end = (queue: Queue): void => {
    queue.clear();
    queue.end();
    if (!watchers.delete(queue) || watchers.size > 0) return;
    tab.requests
      .send((request) => ({
        message: { kind: "outbox", request, action: "unwatch" },
        answer: () => undefined,
      }))
      .catch(() => undefined);
  };

  type Action = Extract<AnsweredRequest, { kind: "outbox-entry" }>["action"];
  const act = (owner: Owner, action: Action, key: string): Promise<boolean> =>
    tab.requests.send((request) => ({
      owner,
      message: { kind: "outbox-entry", request, action, key: text(`outbox.${action}(): key`, key) },
      answer: (answer) => answer.kind === "done" && answer.isDone === true,
    }));

  return {
    /** Returns the outbox of one `connect()`. */
    of: (owner: Owner): Outbox =>
      publicObject("Outbox", {
        list: () =>
          tab.requests.send((request) => ({
            owner,
            message: { kind: "outbox", request, action: "list" },
            answer: entriesOf,
          })),
        watch: () =>
          publicObject("OutboxContents", {
            [Symbol.asyncIterator]: () => {
              const queue: Queue = createQueue();
              owner.throwIfLeft();
              watchers.set(queue, owner);
              // Each begins with the content as it is.
              begin();
              return publicIterator("OutboxContents", {
                next: queue.next,
                return: () => {
                  end(queue);
                  return Promise.resolve({ done: true, value: undefined });
                },
              });
            },
          }),
        cancel: (key) => act(owner, "cancel", key),
        retry: (key) => act(owner, "retry", key),
        dismiss: (key) => act(owner, "dismiss", key),
      }),

    /** Takes in a change. */
    changed(key: string, record: OutboxRecord | undefined): void {
      if (watchers.size === 0) return;
      if (record === undefined) known.delete(key);
      else known.set(key, toEntry(record));
      tellAll();
    },

    /** Asks a new hub for what the last one told. */
    replay(): void {
      if (watchers.size > 0) begin();
    },

    /** Ends the iterations of an owner that leaves. */
    releaseAll(owner: Owner): void {
      for (const [queue, its] of watchers) if (its === owner) end(queue);
    },

    /** Ends all iterations, because the session is closed. */
    close(error: WampMuxError | undefined): void {
      for (const queue of watchers.keys()) {
        if (error === undefined) queue.end();
        else queue.fail(error);
      }
      watchers.clear();
    },
  };
}

export type OutboxFeature = ReturnType<typeof createOutbox>;
