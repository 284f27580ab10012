// Reads events by hand on a WebSocket of its own: the least that a page can do with a frame.
import { REALM, expose } from "../page.js";

const SUBSCRIBE = 32;
const SUBSCRIBED = 33;
const EVENT = 36;

expose(async ({ url }) => {
  const socket = new WebSocket(url, ["wamp.2.json"]);
  /** @type {Map<number, (args: readonly unknown[]) => void>} */
  const listeners = new Map();
  /** @type {(message: any[]) => void} */
  let answered = () => undefined;
  /** @param {unknown[]} message */
  const ask = (message) =>
    new Promise((resolve) => {
      answered = resolve;
      socket.send(JSON.stringify(message));
    });
  await new Promise((resolve) => (socket.onopen = resolve));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message[0] === EVENT) listeners.get(message[1])?.(message[4]);
    else answered(message);
  };
  await ask([1, REALM, { roles: { subscriber: {} } }]);

  const none = () => {
    throw new Error("the raw page can only subscribe");
  };
  let last = 0;
  return {
    call: none,
    subscribe: async (topic, onEvent) => {
      last += 1;
      const [code, , subscription] = await ask([SUBSCRIBE, last, {}, topic]);
      if (code !== SUBSCRIBED) throw new Error(`the router answered SUBSCRIBE with ${code}`);
      listeners.set(subscription, onEvent);
    },
    publish: none,
    onBack: none,
  };
});
