import { byId, colour } from "./dom.js";
import { hueOf } from "./tab-name.js";

/** Gives the page the name and the colour of its tab. */
export function showIdentity(name: string): void {
  document.title = `${name} · wamp-mux demo`;
  byId("tab-name", HTMLElement).textContent = name;
  colour(document.documentElement, name);
  // A page in a frame leaves out the texts of the page around it.
  document.documentElement.classList.toggle("framed", window.parent !== window);
  const dot = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="hsl(${hueOf(name)} 60% 50%)"/></svg>`;
  document
    .querySelector("link[rel=icon]")
    ?.setAttribute("href", `data:image/svg+xml,${encodeURIComponent(dot)}`);
}
