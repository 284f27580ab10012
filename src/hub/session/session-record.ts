import type { WireSession } from "../../connection/wire-session.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { ResumeStore } from "../environment.js";
import {
  createResumeRecord,
  readResumeRecord,
  removeResumeRecord,
  writeResumeRecord,
} from "./resume-record.js";
import type { ResumeRecord } from "./resume-record.js";

/** Keeps what is stored of a session in step with it. */
export function createSessionRecord(resumeStore: ResumeStore, config: SessionConfig) {
  let record: ResumeRecord | undefined;
  let isFinished = false;

  const write = async (changed: ResumeRecord): Promise<void> => {
    if (isFinished) return;
    record = changed;
    await writeResumeRecord(resumeStore, config, changed);
  };

  const wipe = (isOwn?: (stored: unknown) => boolean): Promise<void> => {
    record = undefined;
    return removeResumeRecord(resumeStore, config, isOwn);
  };

  return {
    /** Reads what the last worker has stored; resolves with the URL of its last session. */
    async read(): Promise<string | undefined> {
      record = await readResumeRecord(resumeStore, config);
      return record?.url;
    },

    /** Stores a new session. */
    keep: (session: WireSession): Promise<void> => write(createResumeRecord(config, session)),

    /** Removes the token of a session that has been closed: nothing can resume it. */
    async forgetToken(): Promise<void> {
      // A session that ends right after its start has not read what a lost worker left.
      const latest = record ?? (await readResumeRecord(resumeStore, config));
      if (typeof latest?.resumeToken === "string") await write({ ...latest, resumeToken: null });
    },

    /** Removes what is stored. */
    wipe: () => wipe(),

    /**
     * Removes what is stored, and stores nothing from here on.
     * @param isElsewhere true if another worker has removed it, so that what it stores from then on stays
     */
    finish(isElsewhere: boolean): Promise<void> {
      isFinished = true;
      const own = JSON.stringify(record);
      return wipe(isElsewhere ? (stored) => JSON.stringify(stored) === own : undefined);
    },
  };
}
