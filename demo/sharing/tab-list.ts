import type { Inspection, SessionInspection, TabInspection } from "wamp-mux";
import { byId, colour, make, plural, refill, say } from "../page/dom.js";
import type { TabNames } from "./presence.js";

/** Lists the tabs that share the session. */
export function showTabs({ tabs }: SessionInspection, own: Inspection["tab"], names: TabNames): void {
  say(byId("tabs-title", HTMLElement), plural(tabs.length, "tab"));
  const items = tabs.map((tab) => tabItem(tab, names.nameOf(tab.tab) ?? "A nameless tab", tab.tab === own));
  refill(byId("tabs", HTMLElement), items);
}

function tabItem({ subscriptions, registrations }: TabInspection, name: string, isOwn: boolean): HTMLElement {
  const item = make("li", "", make("span", "who", name));
  if (isOwn) item.append(" ", make("span", "badge", "this tab"));
  const holds = `${plural(subscriptions, "subscription")}, ${plural(registrations, "registration")}`;
  item.append(make("span", "note", holds));
  colour(item, name);
  return item;
}
