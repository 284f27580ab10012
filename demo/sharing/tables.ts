import type { SessionInspection } from "wamp-mux";
import { byId, make, plural, refill } from "../page/dom.js";

/** Lists the subscriptions and registrations at the router, each with the number of tabs behind it. */
export function showTables({ wireSubscriptions, wireRegistrations }: SessionInspection): void {
  fill(
    "subscriptions",
    wireSubscriptions.map(({ topic, locals }) => [topic, locals]),
  );
  fill(
    "registrations",
    wireRegistrations.map(({ procedure, locals }) => [procedure, locals]),
  );
}

function fill(id: string, entries: readonly (readonly [uri: string, locals: number])[]): void {
  const rows = entries
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([uri, locals]) =>
      make("tr", "", make("td", "", make("code", "", uri)), make("td", "count", sharers(locals))),
    );
  refill(byId(id, HTMLElement), rows);
}

/** Describes the tabs behind an entry. The worker keeps the entries of the last tab for a moment, in case it only reloads. */
function sharers(locals: number): string {
  return locals === 0 ? "kept for a reload" : plural(locals, "tab");
}
