import type { Endpoint } from "comlink";
import { thrownAnswer } from "./error-transfer.js";

/** What the link needs of a MessagePort. */
export type PortLike = Pick<
  MessagePort,
  "postMessage" | "addEventListener" | "removeEventListener" | "start" | "close"
>;

/** A call goes to what the other side exposes, an answer to the proxy that called. */
type Direction = "call" | "answer";
/** What crosses the port: a call, or answers, and the answers that a call took along. */
type Frame = readonly (readonly [lane: Direction, message: unknown])[];

interface Outgoing {
  readonly lane: Direction;
  readonly message: unknown;
  readonly transfer: Transferable[];
}

type Listener = EventListenerOrEventListenerObject;

/**
 * Two endpoints for comlink on one port, so that both sides can call each other. A call goes at once; an answer waits a little
 * for a call that takes it along, since the number of messages is what costs, not their size. What was given to
 * `postMessage` must not be changed any more: it may be cloned later.
 */
export class BatchingPort {
  /** For `wrap`: sends calls, receives answers. */
  readonly caller: Endpoint;
  /** For `expose`: receives calls, sends answers. */
  readonly callee: Endpoint;
  readonly #port: PortLike;
  readonly #listeners: Record<Direction, Set<Listener>> = { call: new Set(), answer: new Set() };
  readonly #later: (task: () => void) => void;
  #outgoing: Outgoing[] = [];
  #answering = false;
  #closed = false;

  /** `later` runs its argument when answers have waited long enough. */
  constructor(port: PortLike, later: (task: () => void) => void) {
    this.#port = port;
    this.#later = later;
    this.caller = this.#endpoint("call", "answer");
    this.callee = this.#endpoint("answer", "call");
    port.addEventListener("message", this.#received);
  }

  /** To be called when both endpoints are in use: before that a message would find nobody. */
  start(): void {
    this.#port.start();
  }

  /** What was posted before is sent still; after it nothing is sent or received. */
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
        this.#outgoing.push({ lane: sends, message, transfer });
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
      // One message that cannot be cloned must not cost the others that were collected with it.
      if (messages.length > 1 || only === undefined) for (const message of messages) this.#send([message]);
      else this.#refuse(only, error);
    }
  }

  #post(messages: readonly Outgoing[]): void {
    const frame: Frame = messages.map(({ lane, message }) => [lane, message]);
    const transfer = messages.flatMap((message) => message.transfer);
    if (transfer.length === 0) this.#port.postMessage(frame);
    else this.#port.postMessage(frame, transfer);
  }

  /** A message did not go out: whoever waits for it is told, or it would wait for ever. */
  #refuse({ lane, message }: Outgoing, error: unknown): void {
    const answer = thrownAnswer(idOf(message), error instanceof Error ? error : new Error(String(error)));
    if (lane === "call") this.#dispatch("answer", answer);
    else this.#post([{ lane, message: answer, transfer: [] }]);
  }

  readonly #received = (event: Event): void => {
    if (!("data" in event) || !isFrame(event.data)) return;
    for (const [lane, message] of event.data) this.#dispatch(lane, message);
  };

  #dispatch(lane: Direction, message: unknown): void {
    // comlink reads nothing but that, and `origin` in windows; an event of the DOM for each message would cost more than the rest
    // of this file.
    const event = { data: message } as MessageEvent;
    for (const listener of this.#listeners[lane]) {
      if (typeof listener === "function") listener(event);
      else listener.handleEvent(event);
    }
  }
}

/** The sender is our own code of the same contract; anything else that came here by mistake is left alone. */
function isFrame(data: unknown): data is Frame {
  return (
    Array.isArray(data) &&
    data.every((entry) => Array.isArray(entry) && (entry[0] === "call" || entry[0] === "answer"))
  );
}

function idOf(message: unknown): unknown {
  return typeof message === "object" && message !== null && "id" in message ? message.id : undefined;
}
