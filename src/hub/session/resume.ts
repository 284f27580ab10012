import { sessionKey } from "../../contract/identity.js";
import type { SessionIdentity } from "../../contract/identity.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ResumeStore } from "../environment.js";

/** What a session needs to come back in another life of the worker. Never a password, ticket or key. */
export interface ResumeRecord {
  readonly version: typeof VERSION;
  readonly realm: string;
  /** Who the router said that we are; null when WELCOME did not say. */
  readonly authid: string | null;
  readonly session: number;
  /** Of a router that lets sessions be resumed (WAMP, "Session Resumption"). */
  readonly resumeToken: string | null;
  /** The URL that worked. */
  readonly url: string;
}

const VERSION = 1;

/** Written at WELCOME. Never rejects: a store that fails says so in its status. */
export async function writeResumeRecord(
  store: ResumeStore,
  identity: SessionIdentity,
  session: WelcomedSession,
): Promise<void> {
  const record: ResumeRecord = {
    version: VERSION,
    realm: identity.realm,
    authid: text(session.details["authid"]) ?? null,
    session: session.id,
    resumeToken: text(session.details["resume-token"]) ?? null,
    url: session.url,
  };
  await store.write(keyOf(identity), record);
}

/** What the last life left, or undefined when it left nothing, or nothing that this version understands. */
export async function readResumeRecord(
  store: ResumeStore,
  identity: SessionIdentity,
): Promise<ResumeRecord | undefined> {
  return parse(await store.read(keyOf(identity)));
}

type WelcomedSession = Pick<WireSession, "url" | "id" | "details">;

function keyOf(identity: SessionIdentity): string {
  return `resume:${sessionKey(identity)}`;
}

function parse(value: unknown): ResumeRecord | undefined {
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
  return {
    version,
    realm,
    authid: text(authid) ?? null,
    session,
    resumeToken: text(resumeToken) ?? null,
    url,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
