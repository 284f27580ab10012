import type { Endpoint } from "comlink";

/** The part of a MessagePort that the link uses. */
export type PortLike = Pick<
  MessagePort,
  "postMessage" | "addEventListener" | "removeEventListener" | "start" | "close"
>;

/**
 * The two methods whose calls form the stream: one of the other side, one of this side. Each takes one batch, returns nothing, and resolves
 * when the batch has been taken in.
 */
export interface Stream {
  /** The method of the other side. */
  readonly sends: string;
  /** The method of this side. */
  readonly receives: string;
  /** Writes a batch for the other side as a flat list, which costs a fraction of nested objects to clone. */
  readonly pack: (batch: never) => readonly unknown[];
  /** Reads a batch of the other side. */
  readonly unpack: (flat: readonly unknown[]) => unknown;
  /**
   * Weighs a batch of the other side, more than 0. Batches that have been taken in are told at once if they weigh 1 or more together; until
   * then, they are told only along with a frame that is sent anyway.
   */
  readonly weigh: (batch: never) => number;
}

/** The refusal of a batch, as comlink writes it. */
interface Failure {
  readonly type: "HANDLER";
  readonly name: string;
  readonly value: unknown;
}

/**
 * One frame of the stream: the number of batches of the other side that have been taken in since the last frame, and a batch, or what the
 * first batch after those was refused with.
 */
type Frame = readonly [taken: number, batch?: readonly unknown[] | null, failure?: Failure];

/** A call as comlink writes it, as far as it matters here. */
interface Call {
  readonly id: string;
  readonly type: string;
  readonly path: readonly string[];
  readonly argumentList: readonly [{ readonly value: never }];
}

/** An answer as comlink writes it. */
type Answer = Failure | { readonly type: "RAW"; readonly value: unknown };

type Listener = (event: MessageEvent) => void;

/** Names the calls of received batches: answers to them become counts. */
const TAKEN = "taken";

/**
 * Provides two endpoints for comlink on one port, so that both sides can call each other. All calls and answers cross the port as comlink
 * writes them, at once, but for the two methods of the stream: their calls are frames, and that a batch has been taken in is told
 * along with the next frame, so that a request and its answer cost one message each way. A batch must not be modified after its call.
 */
export function streamPort(port: PortLike, stream: Stream) {
  const callers: Listener[] = [];
  const callees: Listener[] = [];
  /** The calls whose batches the other side has not taken in, in order. */
  const awaited: string[] = [];
  /** The weights of the batches that this side has received and not taken in, in order. */
  const weights: number[] = [];
  /** Number and weight of the batches that have been taken in, without the other side knowing it. */
  let untold = 0;
  let untoldWeight = 0;
  let isClosed = false;

  /** Posts a frame, which tells what is untold. */
  function postFrame(frame: unknown[], transfer: Transferable[] = []): void {
    post([untold, ...frame], transfer);
    untold = 0;
    untoldWeight = 0;
  }

  function post(message: unknown, transfer: Transferable[]): void {
    if (transfer.length === 0) port.postMessage(message);
    else port.postMessage(message, transfer);
  }

  function call(message: Call, transfer: Transferable[]): void {
    if (!isCallOf(message, stream.sends)) return post(message, transfer);
    postFrame([stream.pack(message.argumentList[0].value)], transfer);
    awaited.push(message.id);
  }

  function answer(message: Answer & { readonly id: string }, transfer: Transferable[]): void {
    const { id, ...result } = message;
    if (id !== TAKEN) return post(message, transfer);
    untoldWeight += weights.shift() ?? 0;
    if (result.type === "HANDLER") return postFrame([null, result]);
    untold += 1;
    if (untoldWeight >= 1) postFrame([]);
  }

  function received({ data }: MessageEvent): void {
    if (!Array.isArray(data)) return dispatch("path" in Object(data) ? callees : callers, data);
    const [taken, flat, failure] = data as unknown as Frame;
    // First, because an application waits for it, and no one for the rest.
    if (Array.isArray(flat)) take(flat);
    // The count may be endless: any script of the origin can open a port to the worker.
    for (let told = 0; told < taken && awaited.length > 0; told += 1)
      settle({ type: "RAW", value: undefined });
    if (failure !== undefined) settle(failure);
  }

  /** Answers the call of this side that has waited longest. */
  function settle(result: Answer): void {
    const id = awaited.shift();
    if (id !== undefined) dispatch(callers, { id, ...result });
  }

  function take(flat: readonly unknown[]): void {
    const value = stream.unpack(flat) as never;
    weights.push(stream.weigh(value));
    dispatch(callees, {
      id: TAKEN,
      type: "APPLY",
      path: [stream.receives],
      argumentList: [{ type: "RAW", value }],
    });
  }

  port.addEventListener("message", received as (event: Event) => void);

  return {
    /** The endpoint for `wrap`, which sends calls and receives answers. */
    caller: endpoint(callers, call),
    /** The endpoint for `expose`, which receives calls and sends answers. */
    callee: endpoint(callees, answer),
    /** Closes the port; from then on, nothing is sent or received. */
    close: (): void => {
      isClosed = true;
      port.removeEventListener("message", received as (event: Event) => void);
      port.close();
      // comlink keeps the endpoints as long as its proxies live, which must not hang on the endpoints in turn.
      callers.length = 0;
      callees.length = 0;
    },
  };

  function endpoint<Message>(
    listeners: Listener[],
    send: (message: Message, transfer: Transferable[]) => void,
  ): Endpoint {
    return {
      postMessage: (message: Message, transfer: Transferable[] = []) => {
        if (!isClosed) send(message, transfer);
      },
      addEventListener: (_type, listener) => void listeners.push(listener as Listener),
      removeEventListener: () => undefined,
    };
  }
}

function isCallOf({ type, path }: Call, method: string): boolean {
  return type === "APPLY" && path.length === 1 && path[0] === method;
}

function dispatch(listeners: readonly Listener[], data: unknown): void {
  // comlink reads only `data` (and `origin` in windows). A DOM event for each message would cost more than the rest of this file.
  for (const listener of listeners) listener({ data } as MessageEvent);
}
