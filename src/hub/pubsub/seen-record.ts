import { sessionKey } from "../../contract/identity.js";
import type { SessionIdentity } from "../../contract/identity.js";
import type { LastSeen } from "../../contract/gap.js";
import { isRecord } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import type { Environment } from "../environment.js";

const VERSION = 1;
/** Maximum number of topics; those that have had no event for the longest time are forgotten. */
const TOPICS_KEPT = 1_000;
/** Milliseconds between two writes, unless a topic gets its first place. */
const WRITE_DELAY = 1_000;

/**
 * The publications seen last in the topics that tabs catch up on, by match policy and topic. They are stored, so that the next worker knows
 * them: the first place of a topic at once, since without it what follows would be lost, the later ones not at each event, but soon after.
 * They belong to one user, and are forgotten when the router admits another one.
 */
export function createSeenRecord(
  { store, clock, randomId }: Pick<Environment, "store" | "clock" | "randomId">,
  identity: SessionIdentity,
) {
  const key = `seen:${sessionKey(identity)}`;
  const topics = new Map<string, LastSeen>();
  /** The places that the last worker has stored: none of a page of its time is earlier. */
  const inherited = new Map<string, LastSeen>();
  /** Functions that find the places of topics in which pages have gone on since the last write. */
  const moving = new Map<string, () => LastSeen | undefined>();
  let owner: string | null | undefined;
  let isTrusted = true;
  let isWiped = false;
  /** Distinguishes what this record writes from what another worker does, whose places may be the same. */
  const writer = randomId();
  let stopTimer: (() => void) | undefined;
  /** The latest write, and one that is to come right after it. */
  let writing = Promise.resolve();
  let nextWrite: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    for (const topic of moving.keys()) settle(topic);
    stopTimer?.();
    stopTimer = undefined;
    if (isWiped) return;
    writing = store.write(key, { version: VERSION, writer, owner: owner ?? null, topics: [...topics] });
    await writing;
  };

  const flush = async (): Promise<void> => {
    if (stopTimer !== undefined) await write();
  };

  const changed = (): void => {
    stopTimer ??= clock.after(WRITE_DELAY, () => void write());
  };

  return {
    /** False if the last session was that of another user: nothing from that time may be used. */
    get isTrusted() {
      return isTrusted;
    },

    /** Reads what the last worker has stored. Never rejects. */
    async read(): Promise<void> {
      const stored = await store.read(key);
      if (!isRecord(stored) || stored["version"] !== VERSION || !Array.isArray(stored["topics"])) return;
      owner = typeof stored["owner"] === "string" ? stored["owner"] : null;
      for (const entry of stored["topics"] as readonly unknown[]) {
        if (!Array.isArray(entry)) continue;
        const [topic, seen] = entry as readonly unknown[];
        if (typeof topic === "string" && (typeof seen === "number" || seen === null)) topics.set(topic, seen);
      }
      for (const [topic, seen] of topics) inherited.set(topic, seen);
    },

    /** Takes note of the user whom the router has admitted. Returns false if that is another one than before. */
    welcomed({ authid, authmethod }: Dict): boolean {
      // Routers give anonymous sessions a random authid.
      const admitted = typeof authid === "string" && authmethod !== "anonymous" ? authid : null;
      isTrusted = owner === undefined || owner === admitted;
      owner = admitted;
      if (isTrusted) return true;
      clear();
      changed();
      return false;
    },

    get(topic: string): LastSeen | undefined {
      settle(topic);
      return topics.get(topic);
    },

    /** Returns what the last worker has stored of a topic. */
    inherited: (topic: string): LastSeen | undefined => inherited.get(topic),

    set,

    /** Takes note that pages have gone on in a topic; `find` returns the place when it is needed, or undefined if it is the same. */
    moved(topic: string, find: () => LastSeen | undefined): void {
      moving.set(topic, find);
      if (topics.has(topic)) changed();
      else settle(topic);
    },

    /** Finds the place of a topic in which pages have gone on, while they are there. */
    settle,

    forget(topic: string): void {
      inherited.delete(topic);
      remove(topic);
    },

    /** Writes what has not been written. */
    flush,

    /**
     * Removes what is stored; nothing is stored any more.
     * @param isElsewhere true if another worker has removed it, so that what it stores from then on stays
     */
    async wipe(isElsewhere: boolean): Promise<void> {
      isWiped = true;
      stopTimer?.();
      stopTimer = undefined;
      clear();
      const isOwn = (stored: unknown): boolean => isRecord(stored) && stored["writer"] === writer;
      await store.remove(key, isElsewhere ? isOwn : undefined);
    },
  };

  function set(topic: string, seen: LastSeen): void {
    const isFirst = !topics.delete(topic);
    topics.set(topic, seen);
    // With too many topics, one after the other would be the first again.
    if (topics.size > TOPICS_KEPT) for (const oldest of topics.keys()) return remove(oldest);
    changed();
    if (isFirst)
      nextWrite ??= writing.then(() => {
        nextWrite = undefined;
        return flush();
      });
  }

  function settle(topic: string): void {
    const seen = moving.get(topic)?.();
    moving.delete(topic);
    if (seen !== undefined) set(topic, seen);
  }

  function remove(topic: string): void {
    moving.delete(topic);
    if (topics.delete(topic)) changed();
  }

  function clear(): void {
    for (const each of [topics, inherited, moving]) each.clear();
  }
}

export type SeenRecord = ReturnType<typeof createSeenRecord>;
