import type { OutboxEntry } from "wamp-mux";
import type { DemoSession } from "../api.js";
import { byId, say } from "../page/dom.js";
import { showProblem } from "../page/problem.js";
import { EntryRow } from "./entry-row.js";
import { notes } from "./notes.js";

/** Milliseconds between two updates of the ages. */
const TICK = 1_000;
/** Entries that have been sent are shown until there are more of them. */
const MOST_SENT = 5;

/** Shows the part of the page with what is stored to be sent, by whichever tab and before whichever restart. */
export async function showOutbox({ outbox }: DemoSession): Promise<void> {
  const list = byId("outbox", HTMLElement);
  const summary = byId("outbox-summary", HTMLElement);
  const rows = new Map<string, EntryRow>();
  const sent: EntryRow[] = [];
  let isFirst = true;

  const add = (entry: OutboxEntry): void => {
    const row = new EntryRow(outbox, entry);
    rows.set(entry.key, row);
    list.append(row.element);
  };

  const remove = async (key: string, row: EntryRow): Promise<void> => {
    rows.delete(key);
    if (row.isSettled || (await notes.isCanceled(key))) return row.element.remove();
    row.leave();
    sent.push(row);
    if (sent.length > MOST_SENT) sent.shift()?.element.remove();
  };

  const show = (entries: readonly OutboxEntry[]): void => {
    const keys = entries.map(({ key }) => key);
    if (isFirst) notes.keepOnly(keys).catch(showProblem);
    isFirst = false;
    for (const [key, row] of rows) if (!keys.includes(key)) remove(key, row).catch(showProblem);
    for (const entry of entries) {
      const row = rows.get(entry.key);
      if (row === undefined) add(entry);
      else row.show(entry);
    }
    const waiting = entries.filter(({ state }) => state === "waiting" || state === "sent").length;
    say(summary, waiting === 0 ? "Nothing waits to be sent." : `Waiting to be sent: ${waiting}`);
  };

  setInterval(() => {
    for (const row of rows.values()) row.tick();
  }, TICK);
  for await (const entries of outbox.watch()) show(entries);
}
