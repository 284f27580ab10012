import type { Endpoint } from "comlink";
import { thrownAnswer } from "./error-transfer.js";

/** The part of a MessagePort that the link uses. */
export type PortLike = Pick<
  MessagePort,
  "postMessage" | "addEventListener" | "removeEventListener" | "start" | "close"
>;

/** The direction of a message: a call goes to the object that the other side exposes, an answer to the calling proxy. */
type Direction = "call" | "answer";
/** One message on the port: answers, or a call together with the answers that travel with it. */
type Frame = readonly (readonly [direction: Direction, message: unknown])[];

interface Outgoing {
  readonly direction: Direction;
  readonly message: unknown;
  readonly transfer: Transferable[];
}

type Listener = EventListenerOrEventListenerObject;

/**
 * Provides two endpoints for comlink on one port, so that both sides can call each other. A call is sent at once. An answer waits briefly
 * for a call to travel with, because the cost depends on the number of messages, not on their size. A message must not be modified after
 * it was passed to `postMessage`: it may be cloned later.
 */
export class BatchingPort {
  /** The endpoint for `wrap`, which sends calls and receives answers. */
  readonly caller: Endpoint;
  /** The endpoint for `expose`, which receives calls and sends answers. */
  readonly callee: Endpoint;
  readonly #port: PortLike;
  readonly #listeners: Record<Direction, Set<Listener>> = { call: new Set(), answer: new Set() };
  readonly #later: (task: () => void) => void;
  #outgoing: Outgoing[] = [];
  #answering = false;
  #closed = false;

  /** @param later runs a task when the time that answers wait for a call is over */
  constructor(port: PortLike, later: (task: () => void) => void) {
    this.#port = port;
    this.#later = later;
    this.caller = this.#endpoint("call", "answer");
    this.callee = this.#endpoint("answer", "call");
    port.addEventListener("message", this.#received);
  }

  /** Starts delivery. Must not be called before both endpoints are in use: earlier messages would have no listener. */
  start(): void {
    this.#port.start();
  }

  /** Sends all messages posted before, and closes the port; from then on, nothing is sent or received. */
  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#port.removeEventListener("message", this.#received);
    this.#port.close();
    this.#listeners.call.clear();
    this.#listeners.answer.clear();
  }

  #endpoint(sends: Direction, receives: Direction): Endpoint {
    return {
      postMessage: (message: unknown, transfer: Transferable[] = []) => {
        if (this.#closed) return;
        this.#outgoing.push({ direction: sends, message, transfer });
        if (sends === "call") this.#flush();
        else this.#answerLater();
      },
      addEventListener: (_type, listener) => {
        this.#listeners[receives].add(listener);
      },
      removeEventListener: (_type, listener) => {
        this.#listeners[receives].delete(listener);
      },
    };
  }

  #answerLater(): void {
    if (this.#answering) return;
    this.#answering = true;
    this.#later(() => {
      this.#answering = false;
      if (!this.#closed) this.#flush();
    });
  }

  #flush(): void {
    const messages = this.#outgoing;
    if (messages.length === 0) return;
    this.#outgoing = [];
    this.#send(messages);
  }

  #send(messages: readonly Outgoing[]): void {
    try {
      this.#post(messages);
    } catch (error) {
      const [only] = messages;
      // A message that cannot be cloned must not affect the others that were collected with it.
      if (messages.length > 1 || only === undefined) for (const message of messages) this.#send([message]);
      else this.#refuse(only, error);
    }
  }

  #post(messages: readonly Outgoing[]): void {
    const frame: Frame = messages.map(({ direction, message }) => [direction, message]);
    const transfer = messages.flatMap((message) => message.transfer);
    if (transfer.length === 0) this.#port.postMessage(frame);
    else this.#port.postMessage(frame, transfer);
  }

  /** Reports a message that could not be sent to the side that waits for its answer, which would otherwise wait forever. */
  #refuse({ direction, message }: Outgoing, error: unknown): void {
    const answer = thrownAnswer(parseId(message), error instanceof Error ? error : new Error(String(error)));
    if (direction === "call") this.#dispatch("answer", answer);
    else this.#post([{ direction, message: answer, transfer: [] }]);
  }

  readonly #received = (event: Event): void => {
    if (!("data" in event) || !isFrame(event.data)) return;
    for (const [direction, message] of event.data) this.#dispatch(direction, message);
  };

  #dispatch(direction: Direction, message: unknown): void {
    // comlink reads only `data` (and `origin` in windows). A DOM event for each message would cost more than the rest of this file.
    const event = { data: message } as MessageEvent;
    for (const listener of this.#listeners[direction]) {
      if (typeof listener === "function") listener(event);
      else listener.handleEvent(event);
    }
  }
}

/** Tells whether data is a message of a link. The sender follows the same contract; stray messages are ignored. */
function isFrame(data: unknown): data is Frame {
  return (
    Array.isArray(data) &&
    data.every((entry) => Array.isArray(entry) && (entry[0] === "call" || entry[0] === "answer"))
  );
}

function parseId(message: unknown): unknown {
  return typeof message === "object" && message !== null && "id" in message ? message.id : undefined;
}
