import type { WireSession } from "../../connection/wire-session.js";
import { sessionKey } from "../../contract/identity.js";
import type { SessionIdentity } from "../../contract/identity.js";
import { isRecord } from "../../contract/rules.js";
import type { ResumeStore } from "../environment.js";

const VERSION = 1;

/** The data needed to resume a session in another worker. Never contains a password, ticket or key. */
export interface ResumeRecord {
  readonly version: typeof VERSION;
  readonly realm: string;
  /** The authid that the router assigned; null if WELCOME did not contain one. */
  readonly authid: string | null;
  readonly session: number;
  /** Null if the router does not resume sessions (WAMP, "Session Resumption"). */
  readonly resumeToken: string | null;
  /** The router URL that the session was connected to, without user, password and query. */
  readonly url: string;
}

/** Returns the record of a session at WELCOME. */
export function createResumeRecord(
  identity: SessionIdentity,
  session: Pick<WireSession, "url" | "id" | "details">,
): ResumeRecord {
  return {
    version: VERSION,
    realm: identity.realm,
    authid: textOrNull(session.details["authid"]),
    session: session.id,
    resumeToken: textOrNull(session.details["resume-token"]),
    url: session.url,
  };
}

/** Writes a record. Never rejects: a store that fails reports it in its status. */
export async function writeResumeRecord(
  store: ResumeStore,
  identity: SessionIdentity,
  record: ResumeRecord,
): Promise<void> {
  await store.write(resumeKey(identity), record);
}

/**
 * Removes a record. Never rejects, like `writeResumeRecord`.
 * @param isOwn see {@link ResumeStore.remove}
 */
export async function removeResumeRecord(
  store: ResumeStore,
  identity: SessionIdentity,
  isOwn?: (value: unknown) => boolean,
): Promise<void> {
  await store.remove(resumeKey(identity), isOwn);
}

/** Returns the record of the previous worker; undefined if there is none that this version understands. */
export async function readResumeRecord(
  store: ResumeStore,
  identity: SessionIdentity,
): Promise<ResumeRecord | undefined> {
  const value = await store.read(resumeKey(identity));
  return isResumeRecord(value) ? value : undefined;
}

function resumeKey(identity: SessionIdentity): string {
  return `resume:${sessionKey(identity)}`;
}

/** Tells whether a value is a record, which only a worker of this origin can have written. */
function isResumeRecord(value: unknown): value is ResumeRecord {
  return (
    isRecord(value) &&
    value["version"] === VERSION &&
    typeof value["realm"] === "string" &&
    typeof value["session"] === "number" &&
    typeof value["url"] === "string"
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
