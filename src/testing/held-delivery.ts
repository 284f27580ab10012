import type { MessageName } from "../protocol/message-table.js";
import type { RouterMessage } from "../protocol/messages.js";
import type { FakeSocket } from "./fake-sockets.js";

/** A message to the hub that the test holds back. */
export interface HeldMessage {
  readonly message: RouterMessage;
  readonly socket: FakeSocket;
}

/**
 * Delivers messages to sockets; a test may hold them back and deliver them in an order of its choice, or bound the queue of each socket,
 * so that messages are dropped.
 */
export class HeldDelivery {
  readonly held: HeldMessage[] = [];
  /** True if WELCOME is held back, too; `hold` is for what follows it. */
  holdsWelcome = false;
  /** Observes each message that goes to a socket, at the time at which it goes. */
  onDelivered: (message: RouterMessage) => void = () => undefined;
  /**
   * Maximum number of messages in the queue of a socket, which is sent in a later turn; those beyond it are dropped, as Nexus does with 64.
   */
  queueLimit = Infinity;
  /** Messages that found a queue full. */
  readonly dropped: RouterMessage[] = [];
  readonly #queues = new Map<FakeSocket, RouterMessage[]>();
  readonly #later: (task: () => void) => void;
  readonly #holding = new Set<MessageName | "*">();
  /** Codes with which the router closes sockets once their last message is delivered. */
  readonly #closing = new Map<FakeSocket, number>();

  /** @param later runs a task in a later turn of the event loop */
  constructor(later: (task: () => void) => void) {
    this.#later = later;
  }

  /** Holds messages of these types back, or of all types if none is given, until `release`. */
  hold(...types: readonly MessageName[]): void {
    for (const type of types) this.#holding.add(type);
    if (types.length === 0) this.#holding.add("*");
  }

  /** Delivers the held messages, first or last one first, and holds no more. */
  release(order: "fifo" | "lifo" = "fifo"): void {
    this.#holding.clear();
    const waiting = this.held.splice(0);
    for (const one of order === "fifo" ? waiting : waiting.reverse()) this.deliver(one);
  }

  /** Gives one message to its socket, held back or not. */
  deliver({ message, socket }: HeldMessage): void {
    if (socket.state === "closed") return;
    const queue = this.#queues.get(socket);
    if (queue === undefined && this.queueLimit === Infinity) this.#send(message, socket);
    else if (queue === undefined) {
      this.#queues.set(socket, [message]);
      this.#later(() => {
        this.#flush(socket);
      });
    } else if (queue.length < this.queueLimit) queue.push(message);
    else this.dropped.push(message);
  }

  /** Delivers WELCOME, unless it is held back. */
  protected greet(welcome: HeldMessage): void {
    if (this.holdsWelcome) this.held.push(welcome);
    else this.deliver(welcome);
  }

  /** Delivers a message, unless messages of its type are held back. */
  protected emit(message: RouterMessage, socket: FakeSocket): void {
    if (this.#holding.has("*") || this.#holding.has(message.type)) this.held.push({ message, socket });
    else this.deliver({ message, socket });
  }

  /** Closes a socket after its held messages. */
  protected close(socket: FakeSocket, code: number): void {
    this.#closing.set(socket, code);
    this.#closeIfDone(socket);
  }

  #flush(socket: FakeSocket): void {
    const queue = this.#queues.get(socket) ?? [];
    this.#queues.delete(socket);
    for (const message of queue) this.#send(message, socket);
  }

  #send(message: RouterMessage, socket: FakeSocket): void {
    if (socket.state === "closed") return;
    this.onDelivered(message);
    socket.receive(message);
    this.#closeIfDone(socket);
  }

  #closeIfDone(socket: FakeSocket): void {
    const code = this.#closing.get(socket);
    if (code === undefined || this.#queues.has(socket) || this.held.some((one) => one.socket === socket))
      return;
    this.#closing.delete(socket);
    socket.drop(code);
  }
}
