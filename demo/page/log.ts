const LONGEST = 50;

/** Adds an entry to a log, scrolls to it and forgets the oldest. */
export function addToLog(log: HTMLElement, entry: HTMLElement): void {
  log.append(entry);
  if (log.children.length > LONGEST) log.firstElementChild?.remove();
  log.scrollTop = log.scrollHeight;
}
