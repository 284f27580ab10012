import type { Session, SessionInspection, TabInspection } from "wamp-mux";
import type { DemoApi } from "./api.js";
import { byId, colour, make } from "./dom.js";

const INTERVAL = 1000;

/** The part of the page that shows what the worker counts. */
export function showSharing(session: Session<DemoApi>, names: ReadonlyMap<string, string>): void {
  const refresh = async (): Promise<void> => {
    const { sessions } = await session.inspect();
    const own = sessions.find(
      ({ realm, principal }) => realm === session.realm && principal === session.principal,
    );
    if (own !== undefined) show(own, session, names);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const repeat = async (): Promise<void> => {
    clearTimeout(timer);
    await refresh().catch(() => undefined);
    if (session.status.state !== "closed") timer = setTimeout(() => void repeat(), INTERVAL);
  };
  session.on("status", () => void repeat());
  void repeat();
}

function show(own: SessionInspection, session: Session<DemoApi>, names: ReadonlyMap<string, string>): void {
  const { status } = session;
  byId("tabs-title", HTMLElement).textContent = plural(own.tabs.length, "tab");
  byId("tabs", HTMLElement).replaceChildren(
    ...own.tabs.map((tab) => tabItem(tab, names.get(tab.tab) ?? "Another page", tab.tab === session.tab)),
  );
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

function tabItem(tab: TabInspection, name: string, isOwn: boolean): HTMLElement {
  const holds = `${plural(tab.subscriptions, "subscription")}, ${plural(tab.registrations, "registration")}`;
  const item = make("li", "", make("span", "who", name));
  if (isOwn) item.append(" ", make("span", "badge", "this tab"));
  item.append(make("span", "note", holds));
  colour(item, name);
  return item;
}

function rows(entries: readonly (readonly [uri: string, locals: number])[]): HTMLElement[] {
  if (entries.length === 0)
    return [make("tr", "", Object.assign(make("td", "note", "none"), { colSpan: 2 }))];
  return entries.map(([uri, locals]) =>
    make("tr", "", make("td", "", make("code", "", uri)), make("td", "count", plural(locals, "tab"))),
  );
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
