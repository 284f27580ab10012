import { hueOf } from "./tab-name.js";

/** The element of the page that has this id. */
export function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}`);
  return found;
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

/** Gives an element the colour of the tab that it speaks of. */
export function colour(element: HTMLElement, name: string): void {
  element.style.setProperty("--hue", String(hueOf(name)));
}

const LONGEST_LOG = 50;

/** Adds an entry to a log, scrolls to it and forgets the oldest. */
export function addToLog(log: HTMLElement, entry: HTMLElement): void {
  log.append(entry);
  if (log.children.length > LONGEST_LOG) log.firstElementChild?.remove();
  log.scrollTop = log.scrollHeight;
}
