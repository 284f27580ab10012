import type { WireSession } from "../../connection/wire-session.js";
import { sessionKey } from "../../contract/identity.js";
import type { SessionIdentity } from "../../contract/identity.js";
import type { ResumeStore } from "../environment.js";

const VERSION = 1;

/** The data with which a session comes back in another life of the worker. Never a password, ticket or key. */
export interface ResumeRecord {
  readonly version: typeof VERSION;
  readonly realm: string;
  /** The authid that the router assigned; null if WELCOME did not name one. */
  readonly authid: string | null;
  readonly session: number;
  /** Null if the router does not resume sessions (WAMP, "Session Resumption"). */
  readonly resumeToken: string | null;
  /** The router URL that worked. */
  readonly url: string;
}

/** Writes the record of a session, at its WELCOME. Never rejects: a store that fails says so in its status. */
export async function writeResumeRecord(
  store: ResumeStore,
  identity: SessionIdentity,
  session: Pick<WireSession, "url" | "id" | "details">,
): Promise<void> {
  const record: ResumeRecord = {
    version: VERSION,
    realm: identity.realm,
    authid: textOrNull(session.details["authid"]),
    session: session.id,
    resumeToken: textOrNull(session.details["resume-token"]),
    url: session.url,
  };
  await store.write(resumeKey(identity), record);
}

/** Returns the record of the worker's last life; undefined if there is none, or none that this version understands. */
export async function readResumeRecord(
  store: ResumeStore,
  identity: SessionIdentity,
): Promise<ResumeRecord | undefined> {
  return parseResumeRecord(await store.read(resumeKey(identity)));
}

function resumeKey(identity: SessionIdentity): string {
  return `resume:${sessionKey(identity)}`;
}

function parseResumeRecord(value: unknown): ResumeRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { version, realm, authid, session, resumeToken, url } = value as Record<string, unknown>;
  if (
    version !== VERSION ||
    typeof realm !== "string" ||
    typeof session !== "number" ||
    typeof url !== "string"
  ) {
    return undefined;
  }
  return { version, realm, authid: textOrNull(authid), session, resumeToken: textOrNull(resumeToken), url };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
