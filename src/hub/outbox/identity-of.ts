import type { WireSession } from "../../connection/wire-session.js";

/** Returns the identity of a session: its authid, or "" without authentication, since routers then give each session another one. */
export function identityOf({ details }: Pick<WireSession, "details">): string {
  const { authid, authmethod } = details;
  return authmethod === undefined || authmethod === "anonymous" || typeof authid !== "string" ? "" : authid;
}
