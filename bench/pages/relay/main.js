// Makes calls by hand over a worker that only relays: no library can be faster through a SharedWorker.
import { REALM, expose } from "../page.js";

const CALL = 48;
const RESULT = 50;

expose(async ({ url }) => {
  const { port } = new SharedWorker(new URL("./worker.js", import.meta.url), { type: "module" });
  /** @type {Map<number, (result: unknown) => void>} */
  const waiting = new Map();
  let last = 0;
  /** @type {(message: string) => void} */
  let received;
  const next = () => new Promise((resolve) => (received = resolve));
  port.onmessage = ({ data }) => {
    received(data);
  };

  port.postMessage(url);
  await next();
  port.postMessage(JSON.stringify([1, REALM, { roles: { caller: {} } }]));
  await next();
  received = (data) => {
    const [code, request, , args] = JSON.parse(data);
    if (code !== RESULT) return;
    waiting.get(request)?.(args[0]);
    waiting.delete(request);
  };

  const none = () => {
    throw new Error("the relay can only call");
  };
  return {
    call: (procedure, args) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        port.postMessage(JSON.stringify([CALL, last, {}, procedure, args]));
      }),
    subscribe: none,
    publish: none,
    onBack: none,
  };
});
