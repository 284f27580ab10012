import { readable } from "svelte/store";

/** A store of the status of a session. */
export function statusOf(session) {
  return readable(session.status, (set) => session.on("status", set));
}
