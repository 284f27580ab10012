/* global self, BroadcastChannel */
// The service worker of an application that sends something without a page.
import { withSession } from "../../dist/service-worker.js";

self.addEventListener("sync", (event) => {
  // The tag is the only thing that a test can give along.
  const { options, topic, args } = JSON.parse(event.tag);
  event.waitUntil(
    withSession(options, (session) => session.publish(topic, args, { acknowledge: true })).then((outcome) => {
      new BroadcastChannel("background").postMessage(outcome);
    }),
  );
});
