import { hueOf } from "./tab-name.js";

/** Finds the element of the page with this id. */
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

/** Gives an element the colour of the tab with this name. */
export function colour(element: HTMLElement, name: string): void {
  element.style.setProperty("--hue", String(hueOf(name)));
}

/** Changes the text of an element if it differs, since screen readers repeat a live region even for the same text. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Replaces the content of an element if its text differs, since a reader would lose the place. */
export function refill(element: HTMLElement, children: readonly Node[]): void {
  const fresh = document.createDocumentFragment();
  fresh.append(...children);
  if (fresh.textContent !== element.textContent) element.replaceChildren(fresh);
}

export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
