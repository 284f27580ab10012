import type { ErrorRecord } from "../../contract/errors.js";
import { tabLock } from "../../contract/port.js";
import type { AttachAnswer, HubApi, HubHello, TabApi } from "../../contract/port.js";
import type { TabId } from "../../contract/ids.js";
import type { TabRequest } from "../../contract/requests.js";
import type { SessionConfig } from "../../contract/session-config.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { openLink } from "../../link/link.js";
import type { Link } from "../../link/link.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { textFromThrown } from "../errors/thrown-text.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { ContractMismatchError, WorkerStartError } from "../errors/worker-errors.js";
import { timedOut } from "../requests/pending-request.js";
import type { ClientEnvironment } from "./environment.js";
import type { HubHost } from "./hub-host.js";
import { orLate } from "./within-time.js";

/** The hub's methods, as callable from this tab. */
export type Hub = Link<HubApi>["remote"];

/** The parts of a session that attaching to a hub needs. */
export interface AttachContext {
  readonly environment: ClientEnvironment;
  readonly host: HubHost;
  /** Time limit in milliseconds for the attachment as a whole, and for the hub's answer to a call. */
  readonly attachTimeout: number;
  readonly session: SessionConfig;
  /** Creates the error for a record from the hub. */
  readonly toError: (record: ErrorRecord) => WampMuxError;
}

/**
 * The link between this tab and one incarnation of the hub. It has a tab id of its own, so that nothing from an earlier link can be
 * mistaken for part of this one.
 */
export interface Attachment {
  readonly hello: HubHello;
  /** URL of the hub's script. */
  readonly url: string;
  /** Resolves when the hub is lost; stays pending after `close`. */
  readonly lost: Promise<void>;
  /** Resolves when the hub can accept more requests. Stays pending if the hub is lost. */
  post(batch: readonly TabRequest[]): Promise<void>;
  /**
   * Calls the hub. Rejects with `WorkerLostError` if the attachment is closed before the hub has answered, and with `TimeoutError` if the
   * answer does not come within `attachTimeout`.
   */
  call<T>(method: (hub: Hub) => Promise<T>): Promise<T>;
  /** Closes the link and releases the tab's lock: for the hub, this tab has vanished. */
  close(): void;
}

/**
 * Opens the hub and attaches this tab to it, within `attachTimeout`. Aborting `signal` stops the attachment until the hub knows of this
 * tab; from then on, the tab must leave. `wasOnline` is true if the session of this tab has been online in an earlier hub.
 * Rejects with `WorkerStartError`, `ContractMismatchError`, `UnsupportedError`, or the error with which the hub refuses the tab.
 */
export async function attach(
  { environment, host, attachTimeout, session, toError }: AttachContext,
  tab: TabApi,
  signal: AbortSignal,
  wasOnline = false,
): Promise<Attachment> {
  const releases = new Releases();
  let url = "";
  let awaited = "The browser did not grant the lock of this page";

  async function open(): Promise<Attachment> {
    const id = environment.randomId() as TabId;
    // Before the hello, because the hub watches the lock from then on and considers a tab that does not hold it dead.
    releases.add(await environment.locks.hold(tabLock(id)));
    awaited = "The worker could not be opened";
    const opened = await host.open(signal);
    releases.add(() => opened.release());
    ({ url } = opened);
    // A worker whose script hangs fires no event at all.
    awaited = `The worker ${url} did not answer`;
    const link = openLink<TabApi, HubApi>(opened.port, tab, environment.defer);
    releases.add(() => link.close());
    const { codecUrls } = opened;
    const attached = link.remote.attach({
      contract: CONTRACT_VERSION,
      tab: id,
      session,
      codecUrls,
      wasOnline,
    });
    const answer = await Promise.race([attached, opened.failed]);
    checkVersion(answer);
    if (!answer.ok) throw toError(answer.error);
    const { hello } = answer;
    const lost = opened.lost(hello.incarnation);
    const ask = <T>(asked: Promise<T>): Promise<T> =>
      orLate(environment.clock, attachTimeout, asked, () => timedOut(attachTimeout, true));
    return createAttachment({ hello, url, lost }, link.remote, ask, () => releases.release());
  }

  try {
    return await orLate(environment.clock, attachTimeout, open(), () => {
      const message = `${awaited} within ${attachTimeout} ms`;
      return new WorkerStartError(message, { reason: "timeout", url });
    });
  } catch (error) {
    releases.release();
    throw signal.aborted ? error : errorOfPackage(error, url);
  }
}

/** Returns an error of this package for whatever a worker answered a hello with, such as its failure to take its own lock. */
function errorOfPackage(error: unknown, url: string): unknown {
  if (isWampMuxError(error)) return error;
  const message = `The worker ${url} could not admit this page: ${textFromThrown(error)}`;
  return new WorkerStartError(message, { reason: "script", url, cause: error });
}

/** The steps that undo an attachment. */
class Releases {
  readonly #steps: (() => void)[] = [];
  #released = false;

  /** Adds a step. After the release, takes it at once and throws, because the attachment has been given up. */
  add(step: () => void): void {
    this.#steps.push(step);
    if (!this.#released) return;
    this.release();
    throw new WorkerLostError("The attachment has been given up");
  }

  release(): void {
    this.#released = true;
    for (const step of this.#steps.splice(0)) step();
  }
}

function createAttachment(
  base: Pick<Attachment, "hello" | "url" | "lost">,
  hub: Hub,
  /** Rejects if a hub that hangs does not answer in time. */
  ask: <T>(asked: Promise<T>) => Promise<T>,
  release: () => void,
): Attachment {
  const calling = new Set<(error: WorkerLostError) => void>();
  return {
    ...base,
    // Read from the proxy once, because each property access creates another proxy.
    post: hub.post,
    call: async (method) => {
      let reject: (error: WorkerLostError) => void = () => undefined;
      const closed = new Promise<never>((_never, fail) => {
        reject = fail;
      });
      calling.add(reject);
      try {
        return await ask(Promise.race([method(hub), closed]));
      } finally {
        calling.delete(reject);
      }
    },
    close: () => {
      release();
      for (const reject of calling) reject(new WorkerLostError("The worker was lost before it answered"));
    },
  };
}

/** Checks the version, before anything else in the answer is read: its meaning depends on the version. */
function checkVersion(answer: AttachAnswer): void {
  const worker = answer.ok ? answer.hello.contract : answer.contract;
  if (worker === CONTRACT_VERSION) return;
  throw new ContractMismatchError(
    `This page uses version ${CONTRACT_VERSION} of the port protocol, but the running worker uses version ${worker}: ` +
      "reload the pages of the older deployment",
    { tab: CONTRACT_VERSION, worker },
  );
}
