import autobahn from "autobahn";
import type { Connection, Session } from "autobahn";
import { WebSocket } from "ws";
import { Collector } from "./collector.js";

type Dict = Readonly<Record<string, unknown>>;

/** An ERROR that the foreign session got from the router. */
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
  /** Session id of the publisher, where the router discloses it. */
  readonly publisher: number | undefined;
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
}

/** One INVOCATION, which the handler answers at any time. */
export interface ForeignInvocation {
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
  /** True if the caller accepts progressive results. */
  readonly wantsProgress: boolean;
  readonly progress: (args: readonly unknown[]) => void;
  readonly result: (args?: readonly unknown[], kwargs?: Dict) => void;
  readonly error: (uri: string, args?: readonly unknown[], kwargs?: Dict) => void;
}

export interface ForeignResult {
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
}

/** The WebSocket for Autobahn|JS, which takes that of the platform: Node has one from version 22 on. */
class PlatformWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    // An error event without a listener would end the process, unlike in a browser. A close event follows it anyway.
    this.on("error", () => {});
  }
}
Object.assign(globalThis, { WebSocket: PlatformWebSocket });

// Autobahn|JS warns about each connection that it closes.
autobahn.log.warn = () => {};

const serializers = {
  json: () => new autobahn.serializer.JSONSerializer(),
  msgpack: () => new autobahn.serializer.MsgpackSerializer(),
  cbor: () => new autobahn.serializer.CBORSerializer(),
};

/**
 * A session of Autobahn|JS in Node, which shares no code with this project and stands for every other client of the router.
 * Autobahn|JS is the reference client, and it passes options through as they are given. Wampy, the other maintained client,
 * drops `retain` and `exclude_me: false`, and does not give the id of a publication to a handler. Neither of the two
 * handles INTERRUPT: tests that need it use `rawCallee`.
 */
export class ForeignSession {
  readonly id: number;
  readonly #connection: Connection;
  readonly #session: Session;
  /** Resolves when the socket is closed. */
  readonly #gone: Promise<void>;

  private constructor(
    connection: Connection,
    session: Session,
    readonly welcome: Dict,
    gone: Promise<void>,
  ) {
    this.id = session.id;
    this.#connection = connection;
    this.#session = session;
    this.#gone = gone;
  }

  static open(
    url: string,
    realm: string,
    serializer: keyof typeof serializers = "json",
  ): Promise<ForeignSession> {
    const connection = new autobahn.Connection({
      url,
      realm,
      serializers: [serializers[serializer]()],
      authmethods: ["anonymous"],
      use_es6_promises: true,
      max_retries: 0,
      // The tests let handlers answer with an ERROR on purpose.
      on_user_error: () => {},
    });
    return new Promise((resolve, reject) => {
      const gone = new Promise<void>((closed) => {
        connection.onclose = (reason, details) => {
          reject(new Error(`no WELCOME from ${url}: ${details.reason ?? reason}`));
          closed();
          return true;
        };
      });
      connection.onopen = (session, welcome) => {
        resolve(new ForeignSession(connection, session, welcome, gone));
      };
      connection.open();
    });
  }

  async call(
    procedure: string,
    args: readonly unknown[] = [],
    kwargs: Dict = {},
    options: Dict = {},
  ): Promise<ForeignResult> {
    const answer = await this.#asked(this.#session.call(procedure, args, kwargs, options));
    if (answer instanceof autobahn.Result) return answer;
    return { args: answer === null ? [] : [answer], kwargs: {} };
  }

  /** Makes a call whose answer is not needed, and returns a function that cancels it. */
  startCall(procedure: string): () => void {
    const call = this.#session.call(procedure, [], {}, {});
    call.catch(() => {});
    return () => call.cancel({ mode: "kill" });
  }

  /** Publishes with acknowledgement; resolves with the publication id. */
  async publish(topic: string, args: readonly unknown[] = [], kwargs: Dict = {}, options: Dict = {}) {
    const acknowledged = { acknowledge: true, ...options };
    return (await this.#asked(this.#session.publish(topic, args, kwargs, acknowledged))).id;
  }

  async subscribe(topic: string, options: Dict = {}): Promise<Collector<ForeignEvent>> {
    const collector = new Collector<ForeignEvent>();
    const subscribed = this.#session.subscribe(
      topic,
      (args, kwargs, { topic, publication, publisher }) =>
        collector.add({ topic, publication, publisher, args, kwargs }),
      options,
    );
    await this.#asked(subscribed);
    return collector;
  }

  async register(
    procedure: string,
    handler: (invocation: ForeignInvocation) => void,
    options: Dict = {},
  ): Promise<void> {
    const registered = this.#session.register(
      procedure,
      (args, kwargs, { progress }) =>
        new Promise((resolve, reject) => {
          handler({
            args,
            kwargs,
            wantsProgress: progress !== null,
            progress: (part) => progress?.(part),
            result: (out = [], outKwargs = {}) => resolve(new autobahn.Result(out, outKwargs)),
            // Autobahn|JS has a class of its own for an ERROR with a URI, which is no subclass of JavaScript's Error.
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
            error: (uri, out = [], outKwargs = {}) => reject(new autobahn.Error(uri, out, outKwargs)),
          });
        }),
      options,
    );
    await this.#asked(registered);
  }

  /** Leaves the realm; resolves when the socket is closed. */
  async close(): Promise<void> {
    if (this.#connection.isConnected) this.#connection.close();
    await this.#gone;
  }

  async #asked<T>(request: Promise<T>): Promise<T> {
    const lost = this.#gone.then(() => {
      throw new Error("the foreign session's socket closed");
    });
    try {
      return await Promise.race([request, lost]);
    } catch (error) {
      if (error instanceof autobahn.Error) throw new ForeignError(error.error, error.args, error.kwargs);
      throw error;
    }
  }
}
