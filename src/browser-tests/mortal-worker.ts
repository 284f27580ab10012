// The worker of the package, which a test can kill.
import "../worker/entry.js";

new BroadcastChannel("wamp-mux:kill").onmessage = () => {
  close();
};
