import type { Socket, SocketEvents, SocketFactory } from "../connection/environment.js";

/** RFC 6455, section 5.5: a control frame has room for 125 bytes, for the code and the reason. */
const MAX_REASON_BYTES = 123;

/** Opens the browser's WebSockets. */
export const webSockets: SocketFactory = {
  open: (url, subprotocols, events) => openWebSocket(url, subprotocols, events),
};

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
    close: (code, reason) => {
      socket.close(code, shortened(reason));
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
  };
}

/** Cuts a reason to the length that `close` accepts; it throws for a longer one. */
function shortened(reason: string): string {
  const bytes = new TextEncoder().encode(reason).subarray(0, MAX_REASON_BYTES);
  // A truncated character is dropped, because a replacement character would be longer.
  return new TextDecoder().decode(bytes, { stream: true });
}
