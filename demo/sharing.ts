import type { Inspection, Session, SessionInspection, SessionStatus, TabInspection } from "wamp-mux";
import type { DemoApi } from "./api.js";
import { byId, colour, make } from "./dom.js";
import type { TabNames } from "./presence.js";

const INTERVAL = 1000;

/** The part of the page that shows what the worker counts. */
export function showSharing(session: Session<DemoApi>, names: TabNames): void {
  const refresh = async (): Promise<void> => {
    const inspection = await session.inspect();
    await names.announce(inspection.tab);
    showSession(ownSession(inspection), session.status);
    showTabs(inspection, names);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const repeat = async (): Promise<void> => {
    clearTimeout(timer);
    // A worker that dies while it is asked is no news here: the session's status tells.
    await refresh().catch(() => undefined);
    clearTimeout(timer);
    if (session.status.state !== "closed") timer = setTimeout(() => void repeat(), INTERVAL);
  };
  session.on("status", () => void repeat());
  void repeat();
}

/** The session that this tab is in; the worker may have others. */
function ownSession({ sessions, tab: own }: Inspection): SessionInspection {
  const found = sessions.find(({ tabs }) => tabs.some(({ tab }) => tab === own));
  if (found === undefined) throw new Error("The worker does not know this tab");
  return found;
}

function showSession(own: SessionInspection, status: SessionStatus): void {
  byId("session-id", HTMLElement).textContent = own.session === null ? "none" : String(own.session);
  byId("router-url", HTMLElement).textContent =
    status.state === "online" ? `${status.url} (${status.serializer})` : "not connected";
  byId("subscriptions", HTMLElement).replaceChildren(
    ...rows(own.wireSubscriptions.map(({ topic, locals }) => [topic, locals])),
  );
  byId("registrations", HTMLElement).replaceChildren(
    ...rows(own.wireRegistrations.map(({ procedure, locals }) => [procedure, locals])),
  );
  byId("wire-sent", HTMLElement).textContent = String(own.sent);
  byId("wire-received", HTMLElement).textContent = String(own.received);
  byId("sharing-content", HTMLElement).hidden = false;
}

function showTabs(inspection: Inspection, names: TabNames): void {
  const { tabs } = ownSession(inspection);
  byId("tabs-title", HTMLElement).textContent = plural(tabs.length, "tab");
  byId("tabs", HTMLElement).replaceChildren(
    ...tabs.map((tab) => tabItem(tab, names.nameOf(tab.tab) ?? "A nameless tab", tab.tab === inspection.tab)),
  );
}

function tabItem(tab: TabInspection, name: string, isOwn: boolean): HTMLElement {
  const holds = `${plural(tab.subscriptions, "subscription")}, ${plural(tab.registrations, "registration")}`;
  const item = make("li", "", make("span", "who", name));
  if (isOwn) item.append(" ", make("span", "badge", "this tab"));
  item.append(make("span", "note", holds));
  colour(item, name);
  return item;
}

function rows(entries: readonly (readonly [uri: string, locals: number])[]): HTMLElement[] {
  if (entries.length === 0) {
    const none = make("td", "note", "none");
    none.colSpan = 2;
    return [make("tr", "", none)];
  }
  return entries.map(([uri, locals]) =>
    make("tr", "", make("td", "", make("code", "", uri)), make("td", "count", sharers(locals))),
  );
}

/** What the last tab held is kept for a moment, for a tab that only reloads. */
function sharers(locals: number): string {
  return locals === 0 ? "kept for a reload" : plural(locals, "tab");
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
