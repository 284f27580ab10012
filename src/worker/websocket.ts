import type { Socket, SocketEvents, SocketFactory } from "../connection/environment.js";

/** Opens the browser's WebSockets. */
export const webSockets: SocketFactory = { open: openWebSocket };

function openWebSocket(url: string, subprotocols: readonly string[], events: SocketEvents): Socket {
  const socket = new WebSocket(url, [...subprotocols]);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    events.opened(socket.protocol);
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    events.received(typeof data === "string" ? data : new Uint8Array(data));
  };
  // An `error` event carries no information and is always followed by `close`.
  socket.onclose = ({ code, reason }) => {
    events.closed(code, reason);
  };
  return {
    send: (frame) => {
      socket.send(frame);
    },
    close: (code) => {
      socket.close(code);
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
  };
}
