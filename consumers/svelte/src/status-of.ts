import { readable } from "svelte/store";
import type { Session } from "wamp-mux";

/** A store of the status of a session. */
export function statusOf(session: Session) {
  return readable(session.status, (set) => session.on("status", set));
}
