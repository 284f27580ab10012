import type { SessionStatus } from "wamp-mux";

/** Describes the status of a session. */
export function statusText(status: SessionStatus): string {
  switch (status.state) {
    case "connecting":
      return status.attempt === 1 ? "Connecting" : `Connecting, attempt ${status.attempt}`;
    case "authenticating":
      return "Logging in";
    case "online":
      return "Online";
    case "waiting":
      return "Not connected";
    case "offline":
      return "Offline";
    case "closed":
      return status.reason.kind === "left" ? "Left" : "Closed";
  }
}

/** Describes the next step of a session, with the time until the next attempt. */
export function statusDetail(status: SessionStatus, now: number): string {
  switch (status.state) {
    case "connecting":
      return "What you ask for now waits until there is a session.";
    case "authenticating":
      return "One of the tabs is asked for the secret.";
    case "online":
      return "One WebSocket carries everything for all tabs.";
    case "waiting": {
      const seconds = Math.max(0, Math.ceil((status.retryAt - now) / 1_000));
      return `Attempt ${status.attempt} in ${seconds} s. Subscriptions and registrations come back with it.`;
    }
    case "offline":
      return "This device has no network. The session comes back with it.";
    case "closed":
      return status.reason.kind === "left"
        ? ""
        : `${status.reason.error.message} Reload the page to start again.`;
  }
}
