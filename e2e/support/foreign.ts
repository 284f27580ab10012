import { WebSocket, type RawData } from "ws";
import { Collector } from "./collector.js";

type Dict = Readonly<Record<string, unknown>>;
type Message = readonly [code: number, ...rest: unknown[]];

/** An ERROR of the router, as the foreign session got it. */
export class ForeignError extends Error {
  override readonly name = "ForeignError";
  constructor(
    readonly uri: string,
    readonly args: readonly unknown[],
    readonly kwargs: Dict,
  ) {
    super(`${uri} ${JSON.stringify(args)}`);
  }
}

export interface ForeignEvent {
  readonly topic: string;
  readonly publication: number;
  readonly details: Dict;
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
}

/** One INVOCATION; the handler answers it when it likes. */
export interface ForeignInvocation {
  readonly details: Dict;
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
  /** Resolves with the options of INTERRUPT, if one comes. */
  readonly interrupted: Promise<Dict>;
  readonly progress: (args: readonly unknown[]) => void;
  readonly result: (args?: readonly unknown[], kwargs?: Dict) => void;
  readonly error: (uri: string, args?: readonly unknown[], kwargs?: Dict) => void;
}

export interface ForeignResult {
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
}

const roles = {
  caller: { features: { call_canceling: true, progressive_call_results: true } },
  callee: {
    features: {
      call_canceling: true,
      progressive_call_results: true,
      caller_identification: true,
      shared_registration: true,
      pattern_based_registration: true,
    },
  },
  publisher: { features: { publisher_exclusion: true, subscriber_blackwhite_listing: true } },
  subscriber: { features: { pattern_based_subscription: true, publisher_identification: true } },
};

const dict = (value: unknown): Dict => (typeof value === "object" && value !== null ? { ...value } : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (data: RawData): string =>
  Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as ArrayBuffer).toString();

/**
 * A WAMP session that shares no code with this project: JSON lists over a WebSocket, written from the specification.
 * It stands for every other client of the router.
 */
export class ForeignSession {
  readonly id: number;
  readonly welcome: Dict;
  /** Resolves when the socket is closed. */
  readonly gone: Promise<void>;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, { resolve: (answer: Message) => void; reject: (e: Error) => void }>();
  readonly #events = new Map<number, { topic: string; collector: Collector<ForeignEvent> }>();
  readonly #handlers = new Map<number, (invocation: ForeignInvocation) => void>();
  readonly #interrupts = new Map<number, (options: Dict) => void>();
  #lastRequest = 0;

  private constructor(socket: WebSocket, id: number, welcome: Dict) {
    this.#socket = socket;
    this.id = id;
    this.welcome = welcome;
    this.gone = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("message", (data) => this.#receive(JSON.parse(textOf(data)) as Message));
    socket.once("close", () => {
      for (const { reject } of this.#pending.values())
        reject(new Error("the foreign session's socket closed"));
    });
  }

  static async open(url: string, realm: string): Promise<ForeignSession> {
    const socket = new WebSocket(url, ["wamp.2.json"]);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const answer = new Promise<Message>((resolve, reject) => {
      socket.once("close", () => reject(new Error(`no WELCOME from ${url}`)));
      socket.once("message", (data) => resolve(JSON.parse(textOf(data)) as Message));
    });
    socket.send(JSON.stringify([1, realm, { roles, authmethods: ["anonymous"], agent: "foreign" }]));
    const [code, id, details] = await answer;
    if (code !== 2) throw new Error(`instead of WELCOME: ${JSON.stringify(await answer)}`);
    return new ForeignSession(socket, Number(id), dict(details));
  }

  async call(procedure: string, args: readonly unknown[] = [], kwargs: Dict = {}, options: Dict = {}) {
    const [, , , resultArgs, resultKwargs] = await this.#request((id) => [
      48,
      id,
      options,
      procedure,
      args,
      kwargs,
    ]);
    return { args: list(resultArgs), kwargs: dict(resultKwargs) } satisfies ForeignResult;
  }

  /** Acknowledged: resolves with the publication id. */
  async publish(topic: string, args: readonly unknown[] = [], kwargs: Dict = {}, options: Dict = {}) {
    const [, , publication] = await this.#request((id) => [
      16,
      id,
      { acknowledge: true, ...options },
      topic,
      args,
      kwargs,
    ]);
    return Number(publication);
  }

  async subscribe(topic: string, options: Dict = {}): Promise<Collector<ForeignEvent>> {
    const collector = new Collector<ForeignEvent>();
    await this.#request(
      (id) => [32, id, options, topic],
      ([, , subscription]) => this.#events.set(Number(subscription), { topic, collector }),
    );
    return collector;
  }

  async register(procedure: string, handler: (invocation: ForeignInvocation) => void, options: Dict = {}) {
    const [, , registration] = await this.#request(
      (id) => [64, id, options, procedure],
      ([, , id]) => this.#handlers.set(Number(id), handler),
    );
    return Number(registration);
  }

  async unregister(registration: number): Promise<void> {
    await this.#request((id) => [66, id, registration]);
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify([6, {}, "wamp.close.close_realm"]));
      this.#socket.close();
    }
    await this.gone;
  }

  /** Goes without a word. */
  vanish(): void {
    this.#socket.terminate();
  }

  /** `take` runs with the answer before the next message is read: an EVENT may follow SUBSCRIBED at once. */
  #request(message: (id: number) => Message, take: (answer: Message) => void = () => {}): Promise<Message> {
    this.#lastRequest += 1;
    const id = this.#lastRequest;
    return new Promise((resolve, reject) => {
      const settle = (answer: Message) => {
        take(answer);
        resolve(answer);
      };
      this.#pending.set(id, { resolve: settle, reject });
      this.#socket.send(JSON.stringify(message(id)));
    });
  }

  #receive(message: Message): void {
    const [code, first, second, third, fourth, fifth, sixth] = message;
    switch (code) {
      case 8: // ERROR
        this.#settle(Number(second))?.reject(new ForeignError(String(fourth), list(fifth), dict(sixth)));
        break;
      case 17: // PUBLISHED
      case 33: // SUBSCRIBED
      case 50: // RESULT
      case 65: // REGISTERED
      case 67: // UNREGISTERED
        this.#settle(Number(first))?.resolve(message);
        break;
      case 36: // EVENT
        this.#event(Number(first), Number(second), dict(third), list(fourth), dict(fifth));
        break;
      case 68: // INVOCATION
        this.#invoke(Number(first), Number(second), dict(third), list(fourth), dict(fifth));
        break;
      case 69: // INTERRUPT
        this.#interrupts.get(Number(first))?.(dict(second));
        break;
    }
  }

  #settle(id: number) {
    const request = this.#pending.get(id);
    this.#pending.delete(id);
    return request;
  }

  #event(subscription: number, publication: number, details: Dict, args: readonly unknown[], kwargs: Dict) {
    const subscribed = this.#events.get(subscription);
    if (subscribed === undefined) return;
    const topic = typeof details["topic"] === "string" ? details["topic"] : subscribed.topic;
    subscribed.collector.add({ topic, publication, details, args, kwargs });
  }

  #invoke(id: number, registration: number, details: Dict, args: readonly unknown[], kwargs: Dict) {
    const send = (message: Message) => {
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
    };
    const interrupted = new Promise<Dict>((resolve) => this.#interrupts.set(id, resolve));
    this.#handlers.get(registration)?.({
      details,
      args,
      kwargs,
      interrupted,
      progress: (part) => send([70, id, { progress: true }, part]),
      result: (out = [], outKwargs = {}) => send([70, id, {}, out, outKwargs]),
      error: (uri, out = [], outKwargs = {}) => send([8, 68, id, {}, uri, out, outKwargs]),
    });
  }
}
