import { backoff } from "../../contract/backoff.js";
import type { HubHello, TabApi } from "../../contract/port.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { RequestSender } from "../requests/request-sender.js";
import type { Postable } from "../requests/request-sender.js";
import { attach } from "./attachment.js";
import type { AttachContext, Attachment, Hub, OwnHello } from "./attachment.js";
import { MAX_SUSPICIOUS, afterSetback } from "./setbacks.js";
import type { Setback, Setbacks } from "./setbacks.js";
import { withinTime } from "./within-time.js";

/** The part of a tab that the hub calls, and that is notified of the hub's state. */
export interface HubListener extends TabApi {
  /** Returns what the hello says of this tab: its options, whether its session has been online, and which serializers its page cannot read. */
  hello(): OwnHello;
  /** A hub has admitted this tab. */
  attached(hello: HubHello, url: string): void;
  /** The hub is lost; requests posted from now on go to the next one. `cause` is the error for which it was given up, if there was one. */
  hubLost(cause?: unknown): void;
  /** No other hub could be started, for this reason. */
  hubFailed(error: unknown): void;
}

/** Keeps this tab attached to a hub. After a loss, attaches it to the next hub, as soon as one can be started (`setbacks.ts`). */
export interface Reattacher {
  /** Attaches for the first time; a failure is not retried. */
  start(): Promise<void>;
  readonly post: (request: Postable) => void;
  /** Calls a method of the hub, after all earlier requests for which the hub has given credit. */
  call<T>(method: (hub: Hub) => Promise<T>): Promise<T>;
  /** Makes the next attempt to start a hub at once, or soon after a loss. Returns false unless there is a pause before it. */
  hurry(): boolean;
  /** Sends the queued requests, leaves the hub and closes; waits for the hub's answer as long as for that to a request. */
  leave(): Promise<void>;
  /** Detaches for good. */
  close(): void;
}

/** A pause before the next attempt to start a hub. */
interface Pause {
  /** False for the one that follows the loss of a hub. */
  readonly canHurry: boolean;
  readonly end: () => void;
}

/**
 * Milliseconds between the loss of a hub and the first attempt to start the next one. Firefox gives a worker that is made in the moment
 * when another one of its URL and name dies to no one: pages that try to join it wait for ever.
 */
export const AFTER_LOSS = 200;

export function createReattacher(context: AttachContext, tab: HubListener): Reattacher {
  const { environment, session } = context;
  const { clock } = environment;
  const closing = new AbortController();
  let attachment: Attachment | undefined;
  /** Clock time at which the hub admitted this tab. */
  let since = 0;
  let pause: Pause | undefined;
  let setbacks: Setbacks = { attempts: 0, suspicious: 0 };
  const sender = new RequestSender((error) => {
    // A hub that throws is treated like a lost one.
    environment.report(error);
    hubLost(error);
  });
  const isClosed = (): boolean => closing.signal.aborted;

  async function start(): Promise<void> {
    // Notices may arrive in the same message as the answer to the hello, which must be processed first.
    const gated: TabApi = {
      deliver: async (batch) => {
        const admitted = await attaching;
        if (attachment === admitted) await tab.deliver(batch);
      },
      ask: (question, id) => attaching.then(() => tab.ask(question, id)),
      dismiss: (id) => attaching.then(() => tab.dismiss(id)),
      isFatal: (reason) => attaching.then(() => tab.isFatal(reason)),
    };
    const attaching = attach(context, gated, closing.signal, tab.hello());
    const next = await attaching;
    if (isClosed()) {
      // Otherwise the hub would assume that this tab vanished and may come back.
      await sayGoodbye(next);
      return next.close();
    }
    attachment = next;
    since = clock.now();
    tab.attached(next.hello, next.url);
    sender.open(next.post);
    void next.lost.then((cause) => {
      if (attachment === next) hubLost(cause);
    });
  }

  function hubLost(cause: unknown): void {
    if (attachment === undefined) return;
    const servedFor = clock.now() - since;
    sender.close();
    detach();
    tab.hubLost(cause);
    void reattach({ kind: "lost", servedFor });
  }

  function detach(): void {
    attachment?.close();
    attachment = undefined;
  }

  function sayGoodbye(to: Attachment): Promise<void> {
    // A hub that is lost before it answers has also released everything.
    return withinTime(
      clock,
      session.requestTimeout,
      to.call((hub) => hub.leave()),
    );
  }

  async function reattach(first: Setback): Promise<void> {
    let setback = first;
    // A listener may leave the session as soon as it is told of the loss.
    while (!isClosed()) {
      const next = afterSetback(setbacks, setback, session.retry.maxAttempts);
      if (next === undefined) return tab.hubFailed(errorFromSetback(setback));
      setbacks = next;
      if (setback.kind === "lost") await wait(AFTER_LOSS, false);
      if (next.failures > 0) await wait(backoff(next.failures, session.retry, environment.random), true);
      if (isClosed()) return;
      try {
        return await start();
      } catch (error) {
        setback = { kind: "failed", error };
      }
    }
  }

  /** Pauses, unless this tab is closed. */
  async function wait(milliseconds: number, canHurry: boolean): Promise<void> {
    if (isClosed()) return;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    pause = { canHurry, end };
    await withinTime(clock, milliseconds, ended);
    pause = undefined;
  }

  const call: Reattacher["call"] = async (method) => {
    if (attachment === undefined)
      throw new WorkerLostError("The worker was lost and the next one is still being started");
    sender.send();
    return await attachment.call(method);
  };

  function close(): void {
    closing.abort();
    pause?.end();
    detach();
    sender.close();
  }

  return {
    start,
    post: (request) => {
      if (!isClosed()) sender.push(request);
    },
    call,
    hurry: () => {
      if (pause?.canHurry === true) pause.end();
      return pause !== undefined;
    },
    leave: async () => {
      if (attachment !== undefined) {
        await withinTime(clock, session.requestTimeout, sender.allMade());
        sender.flush();
        await sayGoodbye(attachment);
      }
      close();
    },
    close,
  };
}

function errorFromSetback(setback: Setback): unknown {
  if (setback.kind === "failed") return setback.error;
  return new WorkerLostError(`The worker was lost ${MAX_SUSPICIOUS} times shortly after it was started`);
}
