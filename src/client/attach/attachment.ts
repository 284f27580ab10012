import type { ErrorRecord } from "../../contract/errors.js";
import { tabStream } from "../../contract/stream.js";
import { tabLock, workerNames } from "../../contract/port.js";
import type { AttachAnswer, HubApi, HubHello, TabApi, WorkerName } from "../../contract/port.js";
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
import { ContractMismatchError, WorkerStartError, isWorkerStartError } from "../errors/worker-errors.js";
import { timedOut } from "../requests/request-errors.js";
import type { ClientEnvironment } from "./environment.js";
import type { HubHost, HubPort } from "./hub-host.js";
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
  /**
   * Resolves when the hub is lost, or this tab for the hub, because the browser has taken its lock or the hub does not answer a page that
   * comes back; with an error unless the hub has died. After `close`, it has no meaning.
   */
  readonly lost: Promise<unknown>;
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

/** Milliseconds for a hub to answer a ping, which a running one does at once, before the tab tries another name. */
const PING_TIMEOUT = 2_000;

/**
 * Opens the hub and attaches this tab to it, within `attachTimeout`. Tries the names of the worker in turn while a hub is silent or
 * another one has the session. Aborting `signal` stops the attachment until the hub knows of this tab; from then on, the tab must leave.
 * `wasOnline` is true if the session of this tab has been online in an earlier hub.
 * Rejects with `WorkerStartError`, `ContractMismatchError`, `UnsupportedError`, or the error with which the hub refuses the tab.
 */
export async function attach(
  context: AttachContext,
  tab: TabApi,
  signal: AbortSignal,
  wasOnline = false,
): Promise<Attachment> {
  const { environment, attachTimeout } = context;
  const attempt = new Attempt(context, tab, wasOnline);
  let refusal: WorkerStartError | undefined;

  async function tryNames(): Promise<Attachment> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await attempt.open(workerNames[tried % 2 === 0 ? 0 : 1], signal);
      } catch (error) {
        if (attempt.isOver || !(error instanceof Silence || isElsewhere(error))) throw error;
        if (!(error instanceof Silence)) refusal = error;
        attempt.giveNameUp();
      }
    }
  }

  try {
    return await orLate(environment.clock, attachTimeout, tryNames(), () => {
      const message = `${attempt.awaited} within ${attachTimeout} ms. Cure: connect again, or raise attachTimeout`;
      return refusal ?? new WorkerStartError(message, { reason: "timeout", url: attempt.url });
    });
  } catch (error) {
    attempt.end();
    throw signal.aborted ? error : errorOfPackage(error, attempt.url);
  }
}

/** Tells whether a hub says that another one has the session. */
function isElsewhere(error: unknown): error is WorkerStartError {
  return isWorkerStartError(error) && error.reason === "elsewhere";
}

/** A hub has given no sign of life. */
class Silence extends Error {}

/** An attempt to attach to a hub, whose names it tries one after the other. */
class Attempt {
  /** The step that has not been completed, as the beginning of a message. */
  awaited = "The browser did not grant the lock of this page";
  /** URL of the hub's script; empty until it is known. */
  url = "";
  /** True once the attempt has been given up. */
  isOver = false;
  readonly #context: AttachContext;
  readonly #tab: TabApi;
  readonly #wasOnline: boolean;
  /** Undoes the steps for the present name. */
  #releases = new Releases();
  /** The workers that have been opened, also those that were silent: their server may take longer to say that it has no script. */
  readonly #opened = new Set<HubPort>();
  /** Rejects when one of them has failed to start. */
  #failed: Promise<never> = new Promise(() => undefined);

  constructor(context: AttachContext, tab: TabApi, wasOnline: boolean) {
    this.#context = context;
    this.#tab = tab;
    this.#wasOnline = wasOnline;
  }

  async open(name: WorkerName, signal: AbortSignal): Promise<Attachment> {
    const { environment, host, attachTimeout, session, toError } = this.#context;
    const releases = (this.#releases = new Releases());
    const id = environment.randomId() as TabId;
    // Before the hello, because the hub watches the lock from then on and considers a tab that does not hold it dead.
    let lose: (error: unknown) => void = () => undefined;
    const cutOff = new Promise<unknown>((resolve) => {
      lose = resolve;
    });
    releases.add(await environment.locks.hold(tabLock(id), lose));
    if (this.url === "") this.awaited = "The worker could not be opened";
    const opened = await host.open(name, signal);
    this.#opened.add(opened);
    // It was given up in the meantime, and the next step ends it.
    if (this.isOver) this.#releaseOpened();
    this.#failed = Promise.race([this.#failed, opened.failed]);
    this.url = opened.url;
    // A worker whose script hangs fires no event at all.
    this.awaited = `The worker ${opened.url} did not answer`;
    const link = openLink<TabApi, HubApi>(opened.port, this.#tab, tabStream);
    releases.add(() => link.close());
    const pinged = link.remote.ping();
    let told = environment.isHidden();
    const attached = link.remote.attach({
      contract: CONTRACT_VERSION,
      tab: id,
      session,
      codecUrls: opened.codecUrls,
      wasOnline: this.#wasOnline,
      isHidden: told,
    });
    const answered = Promise.race([attached, this.#failed]);
    // An older worker rejects the ping, which is an answer too.
    await this.#orSilent(Promise.race([answered, pinged.catch(() => undefined)]));
    const answer = await answered;
    checkVersion(answer);
    if (!answer.ok) throw toError(answer.error);
    this.#opened.delete(opened);
    this.#releaseOpened();
    releases.add(() => opened.release());
    const { hello } = answer;
    const lost = Promise.race([opened.lost(hello.incarnation), cutOff]);
    const ask = <T>(asked: Promise<T>): Promise<T> =>
      orLate(environment.clock, attachTimeout, asked, () => timedOut(attachTimeout, true));
    const attachment = createAttachment({ hello, url: opened.url, lost }, link.remote, ask, () =>
      releases.release(),
    );
    // Whatever a browser does to a page in its back/forward cache, the page finds out when it is back. Before, it must send nothing: some
    // browsers remove a page from the cache for a message.
    const look = (): void => void attachment.call((hub) => hub.inspect()).catch(lose);
    releases.add(environment.onReturn(look));
    const tell = (): void => {
      const isHidden = environment.isHidden();
      if (isHidden === told) return;
      told = isHidden;
      // A hub that is lost need not know, and the next one is told in the hello.
      attachment.call((hub) => hub.setHidden(isHidden)).catch(() => undefined);
    };
    releases.add(environment.onVisibility(tell));
    // The page may have been hidden or shown since the hello.
    tell();
    return attachment;
  }

  /** Gives the present name up, but still hears why its worker did not start. */
  giveNameUp(): void {
    this.#releases.release();
  }

  /** Gives the attempt up. */
  end(): void {
    this.isOver = true;
    this.#releases.release();
    this.#releaseOpened();
  }

  #releaseOpened(): void {
    for (const opened of this.#opened) opened.release();
    this.#opened.clear();
  }

  /** Rejects if a worker gives no sign of life. A quarter of the whole time at most, so that both names are tried within it. */
  async #orSilent(sign: Promise<unknown>): Promise<void> {
    const { environment, attachTimeout } = this.#context;
    const timeout = Math.min(PING_TIMEOUT, attachTimeout / 4);
    await orLate(environment.clock, timeout, sign, () => new Silence());
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
