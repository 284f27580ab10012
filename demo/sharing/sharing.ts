import type { Inspection, SessionInspection, SessionStatus } from "wamp-mux";
import type { DemoSession } from "../api.js";
import { byId, say } from "../page/dom.js";
import { showProblem } from "../page/problem.js";
import type { Settings } from "../settings.js";
import { learnTabNames } from "./presence.js";
import { showTabs } from "./tab-list.js";
import { showTables } from "./tables.js";
import { Traffic } from "./traffic.js";

const INTERVAL = 1_000;

/** Shows the part of the page with the worker's counts. */
export async function showSharing(session: DemoSession, name: string, settings: Settings): Promise<void> {
  const traffic = new Traffic();
  const names = await learnTabNames(session, name);

  const refresh = async (): Promise<void> => {
    const inspection = await session.inspect();
    const own = ownSession(inspection);
    names.announce(inspection.tab).catch(showProblem);
    traffic.add(own);
    showPath(own, session.status, settings);
    showTabs(own, inspection.tab, names);
    showTables(own);
  };
  // The status of the session reports the death of a worker, so this request may fail silently.
  const repeat = (): void => void refresh().catch(() => undefined);
  const timer = setInterval(repeat, INTERVAL);
  void session.closed.then(() => clearInterval(timer));
  await refresh();
}

/** Finds the session of this tab; the worker may have others. */
function ownSession({ sessions, tab: own }: Inspection): SessionInspection {
  const found = sessions.find(({ tabs }) => tabs.some(({ tab }) => tab === own));
  if (found === undefined) throw new Error("The worker does not know this tab");
  return found;
}

/** Shows the path between the tabs and the router. */
function showPath({ session }: SessionInspection, status: SessionStatus, { url, router }: Settings): void {
  const { mode, workerUrl } = status;
  const serializer = status.state === "online" ? `as ${status.serializer}` : "not connected";
  for (const [id, text] of [
    ["worker", new URL(workerUrl).pathname],
    ["mode", `mode: ${mode}`],
    ["session-id", session === null ? "none at the moment" : String(session)],
    ["router-url", router],
    ["router-how", url === router ? serializer : `${serializer}, through the demo’s proxy`],
  ] as const) {
    say(byId(id, HTMLElement), text);
  }
}
