// Passes the WebSockets of one path of the web server on. Vite's own proxy would print an error for each one that is refused, and refusals are
// part of the demo.
import { connect } from "node:net";

/**
 * @param {string} from the path on the web server
 * @param {{ port: number, path: string }} to on 127.0.0.1
 * @returns {import("vite").Plugin}
 */
export function passUpgrades(from, { port, path }) {
  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:stream").Duplex} socket
   * @param {Buffer} head
   */
  const pass = (request, socket, head) => {
    if (request.url !== from) {
      socket.destroy();
      return;
    }
    const target = connect(port, "127.0.0.1");
    target.write(`GET ${path} HTTP/1.1\r\n${headerLines(request.rawHeaders)}\r\n`);
    target.write(head);
    relay(socket, target);
    relay(target, socket);
  };
  return {
    name: "demo-pass-upgrades",
    configurePreviewServer: ({ httpServer }) => {
      httpServer.on("upgrade", pass);
    },
  };
}

/** @param {readonly string[]} names names and values in turn */
function headerLines(names) {
  return names.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
}

/**
 * @param {import("node:stream").Duplex} from
 * @param {import("node:stream").Duplex} to
 */
function relay(from, to) {
  from.pipe(to);
  from.on("error", () => from.destroy());
  from.on("close", () => to.destroy());
}
