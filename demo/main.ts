import { connect } from "wamp-mux";
import type { DemoApi } from "./api.js";
import { showCalls } from "./calls.js";
import { showChat } from "./chat.js";
import { byId, colour } from "./dom.js";
import { learnTabNames } from "./presence.js";
import { showSharing } from "./sharing.js";
import { showFailure, showStatus } from "./status.js";
import { hueOf, newName } from "./tab-name.js";

const name = newName();

function showName(): void {
  document.title = `${name} · wamp-mux`;
  byId("tab-name", HTMLElement).textContent = name;
  colour(document.documentElement, name);
  document.documentElement.classList.toggle("framed", window.parent !== window);
  const dot = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="hsl(${hueOf(name)} 60% 50%)"/></svg>`;
  document
    .querySelector("link[rel=icon]")
    ?.setAttribute("href", `data:image/svg+xml,${encodeURIComponent(dot)}`);
}

/** What the server has put into the page. */
function setting(of: string): string {
  const content = document.querySelector(`meta[name=${of}]`)?.getAttribute("content");
  if (content === null || content === undefined) throw new Error(`The page does not say its ${of}`);
  return content;
}

async function start(): Promise<void> {
  const session = await connect<DemoApi>({ url: setting("wamp-router"), realm: setting("wamp-realm") });
  showStatus(session);
  void session.closed.then((reason) => {
    if (reason.kind === "closed") showFailure(reason.error);
  });
  await session.ready;
  showCalls(session, name);
  showSharing(session, await learnTabNames(session, name));
  await showChat(session, name);
}

showName();
start().catch(showFailure);
