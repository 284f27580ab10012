import type { HubChannel } from "../hub/environment.js";

/** Returns the channel between the workers of this origin. */
export function hubChannel(): HubChannel {
  const channel = new BroadcastChannel("wamp-mux");
  return {
    post: (news) => {
      channel.postMessage(news);
    },
    listen: (heard) => {
      channel.onmessage = ({ data }) => heard(data);
    },
  };
}
