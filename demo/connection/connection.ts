import type { SessionStatus } from "wamp-mux";
import type { DemoSession } from "../api.js";
import { Button } from "../page/button.js";
import { byId, say } from "../page/dom.js";
import { showProblem } from "../page/problem.js";
import type { Settings } from "../settings.js";
import { cut } from "./cut.js";
import { statusDetail, statusText } from "./status-text.js";

/** Milliseconds between two updates of the countdown to the next attempt. */
const TICK = 250;

/** Shows the part of the page with the status of the session and the button that cuts the connection. */
export function showConnection(session: DemoSession, { url, router }: Settings): void {
  const line = byId("connection", HTMLElement);
  const state = byId("status", HTMLElement);
  const detail = byId("status-detail", HTMLElement);
  const hasProxy = url !== router;
  const tryNow = new Button("try-now", () => void session.reconnectNow().catch(showProblem));
  const cutNow = new Button("cut", () => void cut().catch(showProblem));
  let countdown: ReturnType<typeof setInterval> | undefined;

  const show = (status: SessionStatus): void => {
    const showDetail = (): void => say(detail, statusDetail(status, Date.now()));
    clearInterval(countdown);
    if (status.state === "waiting") countdown = setInterval(showDetail, TICK);
    say(state, statusText(status));
    showDetail();
    line.dataset["state"] = status.state;
    tryNow.enabled = status.state === "waiting";
    cutNow.enabled = status.state === "online" && hasProxy;
  };

  const note = hasProxy ? "cut-note" : "cut-impossible";
  byId("cut", HTMLButtonElement).setAttribute("aria-describedby", note);
  byId(note, HTMLElement).hidden = false;
  session.on("status", show);
  show(session.status);
}
