import type { Socket, SocketEvents, SocketFactory } from "../connection/environment.js";
import { chooseSubprotocol } from "../router/core/choose-subprotocol.js";
import type { RouterSettings } from "../router/core/core-options.js";
import type { FaultyRouter } from "../router/faults/faulty-router.js";
import { connectInMemory } from "../router/faults/socket-pair.js";
import type { ClientEnd } from "../router/faults/socket-pair.js";

const ABNORMAL = 1006;

/** The WebSockets of one browser to a router in memory, whatever their URL. */
export class RouterSockets implements SocketFactory {
  readonly #router: FaultyRouter;
  readonly #settings: RouterSettings;
  readonly #later: (task: () => void) => void;
  readonly #open = new Set<ClientEnd>();
  #online = true;
  /** Handshakes that wait because the router is stalled. */
  #waiting: (() => void)[] = [];

  /** @param later runs a task later, in the order of the calls */
  constructor(router: FaultyRouter, settings: RouterSettings, later: (task: () => void) => void) {
    this.#router = router;
    this.#settings = settings;
    this.#later = later;
  }

  open(_url: string, offered: readonly string[], events: SocketEvents): Socket {
    return new RouterSocket(events, this.#later, (socket) => this.#shakeHands(socket, offered));
  }

  /** Continues the handshakes that wait. */
  resume(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const shakeHands of waiting) shakeHands();
  }

  /** Takes the network away, or gives it back. */
  setOnline(online: boolean): void {
    this.#online = online;
    if (online) return;
    for (const end of this.#open) end.terminate();
    this.resume();
  }

  #shakeHands(socket: RouterSocket, offered: readonly string[]): void {
    const { state } = this.#router;
    // Frames cost nothing in memory, and a batch that waits for the end of its turn would not be seen by `settle`.
    const subprotocol = chooseSubprotocol(offered, this.#settings, true);
    if (!this.#online || state.refusing || subprotocol === undefined) return socket.ended(ABNORMAL);
    if (state.stalled) {
      this.#waiting.push(() => {
        this.#shakeHands(socket, offered);
      });
      return;
    }
    if (!socket.wanted) return;
    const end = connectInMemory(
      this.#router,
      subprotocol,
      {
        received: (frame) => {
          socket.events.received(frame);
        },
        closed: (code) => {
          this.#open.delete(end);
          socket.ended(code);
        },
      },
      this.#later,
    );
    this.#open.add(end);
    socket.opened(end, subprotocol.name);
  }
}

/** The hub's end of a socket, from before its handshake. */
class RouterSocket implements Socket {
  /** The router takes every frame at once. */
  readonly bufferedAmount = 0;
  readonly events: SocketEvents;
  readonly #later: (task: () => void) => void;
  #end: ClientEnd | undefined;
  #wanted = true;
  #ended = false;

  constructor(
    events: SocketEvents,
    later: (task: () => void) => void,
    shakeHands: (socket: RouterSocket) => void,
  ) {
    this.events = events;
    this.#later = later;
    later(() => {
      shakeHands(this);
    });
  }

  /** False once the hub has closed the socket. */
  get wanted(): boolean {
    return this.#wanted;
  }

  opened(end: ClientEnd, subprotocol: string): void {
    this.#end = end;
    this.events.opened(subprotocol);
  }

  ended(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.events.closed(code, "");
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.#end?.send(frame);
  }

  close(code: number): void {
    if (this.#end !== undefined) return this.#end.close(code);
    this.#wanted = false;
    this.#later(() => {
      this.ended(ABNORMAL);
    });
  }
}
