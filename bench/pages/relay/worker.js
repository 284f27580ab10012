// Relays frames between port and socket, which is the least that any session in a SharedWorker costs.

/** @type {{ onconnect: (event: MessageEvent) => void }} */
const scope = /** @type {any} */ (globalThis);

scope.onconnect = ({ ports: [port] }) => {
  /** @type {WebSocket | undefined} */
  let socket;
  if (port === undefined) return;
  port.onmessage = ({ data }) => {
    if (socket !== undefined) return socket.send(data);
    // The first message is the router's URL.
    const opening = new WebSocket(data, ["wamp.2.json"]);
    opening.onopen = () => {
      socket = opening;
      port.postMessage("");
    };
    opening.onmessage = (frame) => {
      port.postMessage(frame.data);
    };
  };
};
