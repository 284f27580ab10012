import type { WireSession } from "../../connection/wire-session.js";
import { excess } from "./bounds.js";
import { delay } from "./delay.js";
import { keyOf, newContent, wantsAcceptance } from "./new-content.js";
import type { DurableRequest } from "./new-content.js";
import { sessionKey } from "../../contract/identity.js";
import type { OutboxRecord } from "../../contract/outbox.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { Environment } from "../environment.js";
import { canceled, notStored, sessionClosed } from "../error-records.js";
import { Fifo } from "../fifo.js";
import type { PendingRequest, Settlement } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import { Entry, inOrder, isLeft, loadSerializers } from "./entry.js";
import type { Waiter } from "./entry.js";
import { transition } from "./entry-state.js";
import type { EntryEvent } from "./entry-state.js";
import { createExpiry } from "./expiry.js";
import { identityOf } from "./identity-of.js";
import { createOutboxDisk } from "./outbox-disk.js";
import { createOutboxLoader } from "./outbox-loader.js";
import { createOutboxView } from "./outbox-view.js";
import { createOutboxSender } from "./outbox-sender.js";
import type { OutboxParts } from "./outbox-parts.js";
import { eventOfRejection } from "./passing-reasons.js";
import { settle } from "./settle.js";
import type { StoredEntry, StoredOutcome } from "../stored-entry.js";
import { expiredOutcome, failedOutcome, resultOutcome, tellStored, tellWaiter } from "./outcomes.js";

/**
 * The outbox of one session: the durable requests of its tabs, in the order in which they were stored. They are sent in that order after
 * each WELCOME of the identity that they are bound to, until they are answered. Nothing is sent before what is stored is known, nor before
 * the store knows to whom an entry belongs.
 */
export function createOutbox(env: Environment, config: SessionConfig, parts: OutboxParts) {
  const owner = sessionKey(config);
  const { clock, wallTime = () => clock.now() } = env;
  const entries = new Map<string, Entry>();
  const entryOf = new WeakMap<PendingRequest, Entry>();
  /** The requests that their tabs have canceled, perhaps before there is an entry. */
  const withdrawn = new WeakSet<PendingRequest>();
  /** The entries that wait for their turn on the present session. */
  let queue = new Fifo<Entry>();
  let isClosed = false;
  /** The identity of the latest WELCOME in this worker; null before the first one. */
  let identity: string | null = null;
  /** The session whose identity the store knows. */
  let bound: WireSession | undefined;
  let binding = Promise.resolve();
  const view = createOutboxView(entries, config.auth, () => identity);

  const disk = createOutboxDisk(env, wallTime, () => {
    const session = parts.openSession();
    if (session !== undefined && bound !== session) bind(session);
    else void disk.save();
  });
  const expiry = createExpiry(clock, wallTime, entries, (entry) => {
    if (entry.state === "done") return step(entry, "dismissed");
    step(entry, "expired", expiredOutcome(entry));
  });
  const loader = createOutboxLoader(env, disk, { ...parts, owner, loaded, inherited: bindAgain });
  const sender = createOutboxSender(env, config, { ...parts, settled: answered, freed: pump });

  function loaded(stored: readonly StoredEntry[]): void {
    for (const content of stored.filter(({ key }) => !entries.has(key))) {
      const entry = new Entry(content, content.position);
      entries.set(content.key, entry);
      view.changed(entry);
    }
    expiry.schedule();
  }

  /** Binds the entries that were made before the first WELCOME to its identity, and sends what waits. */
  function bind(session: WireSession): void {
    binding = binding.then(() => bindNow(session));
  }

  async function bindNow(session: WireSession): Promise<void> {
    if (parts.openSession() !== session || !(await loader.load())) return;
    const unbound = [...entries.values()].filter(
      ({ state, content }) => state !== "storing" && content.authid === null,
    );
    const setAuthid = (authid: string | null): void => {
      for (const entry of unbound) entry.content = { ...entry.content, authid };
    };
    setAuthid(identityOf(session));
    // Under another identity, the next worker must not find them unbound.
    if (unbound.length > 0) {
      if (!(await disk.save(...unbound))) return setAuthid(null);
      // Others may have been stored meanwhile.
      return await bindNow(session);
    }
    await loadSerializers(env.codecs, entries.values());
    if (isClosed || parts.openSession() !== session) return;
    expiry.sweep();
    bound = session;
    queue = new Fifo();
    for (const entry of inOrder(entries.values())) if (entry.state === "waiting") enqueue(entry);
    pump();
  }

  /** Binds an entry that was being stored at WELCOME, or left by another hub, before any later one is sent. */
  function bindAgain(): void {
    bound = undefined;
    const session = parts.openSession();
    if (session === undefined) void loader.load();
    else bind(session);
  }

  /** Puts an entry at the end of the queue if it may be sent on the present session. */
  function enqueue(entry: Entry): void {
    if (bound !== undefined && entry.content.authid === identity) queue.push(entry);
  }

  function pump(): void {
    if (isClosed || bound === undefined || parts.openSession() !== bound) return;
    while (sender.hasRoom) {
      const entry = queue.shift();
      if (entry === undefined) return;
      step(entry, "turn");
    }
  }

  function step(entry: Entry, event: EntryEvent, outcome?: StoredOutcome): void {
    const { state, effect } = transition(entry.state, event);
    const { wire } = entry;
    entry.state = state;
    if (state !== "delayed") entry.stopDelay();
    if (state !== "sent") entry.wire = undefined;
    if (outcome !== undefined && effect === "settle") entry.settle(outcome);
    switch (effect) {
      case "none":
        return;
      case "send":
        sender.send(entry);
        return view.changed(entry);
      case "accept":
        tellStored(entry);
        if (entry.content.authid === null && identity !== null) bindAgain();
        else enqueue(entry);
        break;
      case "refuse":
        entries.delete(entry.content.key);
        return entry.waiter?.pending.reject(isClosed ? sessionClosed() : notStored(disk.reason));
      case "queue":
        if (event === "retried") {
          entry.revive(wallTime(), config.outbox.maxAge);
          expiry.schedule();
          void disk.save(entry);
        }
        enqueue(entry);
        break;
      case "delay":
        delay(entry, clock, env.random, () => step(entry, "due"));
        break;
      case "settle":
        wire?.abandon();
        void settle(entry, entries, disk);
        break;
      case "remove":
        wire?.abandon();
        entries.delete(entry.content.key);
        // Another tab may have canceled it.
        if (event === "canceled") entry.waiter?.pending.reject(canceled(entry.attempts > 0));
        void disk.save(entry);
    }
    view.changed(entry);
    pump();
  }

  function answered(entry: Entry, notice: Settlement): void {
    if (notice.kind === "rejected") {
      const event = eventOfRejection(notice.error);
      if (event === "refused-for-now") entry.passing = notice.error;
      step(entry, event, failedOutcome(env.codecs, notice.error));
    } else step(entry, "answered", resultOutcome(env.codecs, notice));
    pump();
  }

  async function accept(tab: Tab, request: DurableRequest, pending: PendingRequest): Promise<void> {
    const key = keyOf(request);
    const waiter: Waiter = { tab, pending, wantsAcceptance: wantsAcceptance(request) };
    const isLoaded = await loader.load();
    // A logout must leave nothing behind.
    if (isClosed) return pending.reject(sessionClosed());
    if (!isLoaded) return pending.reject(notStored(disk.reason));
    const known = entries.get(key);
    // The store was being read when its application canceled it.
    if (known !== undefined)
      return withdrawn.has(pending) ? void act(known, "canceled") : join(known, waiter);
    const place = { owner, outboxId: loader.id, key, authid: identity };
    const content = newContent(request, { ...place, now: wallTime() });
    const entry = new Entry(content);
    const refused = excess(view.shown(), entry.bytes, config.outbox, (old) => step(old, "dismissed"));
    if (refused !== undefined) return pending.reject(refused);
    if (withdrawn.has(pending)) return;
    entry.waiter = waiter;
    entryOf.set(pending, entry);
    entries.set(key, entry);
    entry.position = await disk.append(content);
    if (entry.position === undefined) return step(entry, "not-stored");
    // An application that has been told an error may ask for the same again.
    step(entry, withdrawn.has(pending) ? "withdrawn" : "stored");
    expiry.watch(entry);
  }

  /** The tab asked a lost worker for the same. */
  function join(entry: Entry, waiter: Waiter): void {
    entry.waiter = waiter;
    entryOf.set(waiter.pending, entry);
    const isTold = waiter.wantsAcceptance && entry.state !== "storing";
    if (isTold || entry.content.outcome !== null) tellWaiter(entry);
  }

  const act = async (entry: Entry, event: EntryEvent): Promise<boolean> => {
    if (transition(entry.state, event).effect === "none") return false;
    step(entry, event);
    await disk.save();
    return true;
  };

  return {
    accept,

    start: (): void => void loader.load(),

    /** Sends what waits, on a new session. */
    online(session: WireSession): void {
      view.reveal(() => (identity = identityOf(session)));
      bound = undefined;
      bind(session);
    },

    /** Takes back what the lost session has had no room for: the next one may be of another identity, and has an order of its own. */
    sessionLost(): void {
      for (const entry of entries.values()) {
        const { wire } = entry;
        if (wire?.sent !== false) continue;
        step(entry, "lost");
        wire.abandon();
      }
    },

    /** Resolves with the entries in their order; with undefined if the store has failed. */
    list: async (): Promise<readonly OutboxRecord[] | undefined> =>
      (await loader.load()) ? view.shown().flatMap(({ record }) => record ?? []) : undefined,

    /** Cancels the entry of a request that its tab has canceled. */
    cancelRequest(pending: PendingRequest): void {
      withdrawn.add(pending);
      const entry = entryOf.get(pending);
      if (entry?.waiter?.pending === pending) void act(entry, "canceled");
    },

    /** Does to an entry what an application asks for, if it may see the entry. */
    async act(key: string, event: EntryEvent): Promise<boolean> {
      await loader.load();
      const entry = entries.get(key);
      return entry !== undefined && view.shows(entry) && act(entry, event);
    },

    watch: view.watch,
    reason: (): string => disk.reason,

    /** True while something is on the wire or about to be. */
    get isDraining(): boolean {
      return (
        bound !== undefined && parts.openSession() === bound && (sender.inFlight > 0 || queue.length > 0)
      );
    },

    /** Tells whether nothing of the present identity is left to send; if there is none yet, of any. A store that fails has nothing. */
    async isDrained(): Promise<boolean> {
      await Promise.all([loader.load(), disk.save()]);
      return ![...entries.values()].some((entry) => isLeft(entry, identity));
    },

    /** Takes note that another hub has stored something. */
    follow: (outboxId: string): Promise<void> => loader.follow(outboxId),

    /** Removes what a logout means; as long as that fails, no hub sends what this one could have sent. */
    wipe: (isElsewhere: boolean): Promise<void> => disk.clear(owner, loader.holds, isElsewhere),

    /** Sends nothing any more. Resolves when the next session may send all that is stored. */
    async close(): Promise<void> {
      isClosed = true;
      expiry.close();
      for (const entry of entries.values()) entry.stopDelay();
      await disk.close();
      loader.close(disk.cleared);
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
