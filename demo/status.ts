import type { Session, SessionStatus } from "wamp-mux";
import type { DemoApi } from "./api.js";
import { byId } from "./dom.js";

/** The line that says how the session is. */
export function showStatus(session: Session<DemoApi>): void {
  const reconnect = byId("reconnect", HTMLButtonElement);
  const show = (status: SessionStatus): void => {
    const line = byId("status", HTMLElement);
    line.textContent = describe(status);
    line.dataset["state"] = status.state;
    reconnect.hidden = status.state !== "waiting";
  };
  reconnect.addEventListener("click", () => void session.reconnectNow());
  session.on("status", show);
  show(session.status);
}

export function showFailure(error: unknown): void {
  const failure = byId("failure", HTMLElement);
  failure.textContent = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  failure.hidden = false;
}

function describe(status: SessionStatus): string {
  switch (status.state) {
    case "connecting":
      return "Connecting";
    case "online":
      return "Online";
    case "waiting":
      return `Not connected, attempt ${status.attempt} follows`;
    case "closed":
      return "Closed";
  }
}
