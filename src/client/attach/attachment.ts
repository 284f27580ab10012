import type { ErrorRecord } from "../../contract/errors.js";
import { tabStream } from "../../contract/stream.js";
import { tabLock, workerNames } from "../../contract/port.js";
import type { AttachAnswer, HubApi, HubHello, TabApi, TabHello, WorkerName } from "../../contract/port.js";
import type { TabId } from "../../contract/ids.js";
import type { TabRequest } from "../../contract/requests.js";
import type { ConnectConfig } from "../../contract/session-config.js";
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
import type { HubHost } from "./hub-host.js";
import { orLate } from "./within-time.js";

/** The hub's methods, as callable from this tab. */
export type Hub = Link<HubApi>["remote"];

/** The part of the hello that tells of this tab. */
export type OwnHello = Pick<TabHello, "session" | "former" | "wasOnline" | "unreadable">;

/** The parts of a session that attaching to a hub needs. */
export interface AttachContext {
  readonly environment: ClientEnvironment;
  readonly host: HubHost;
  /** Time limit in milliseconds for the attachment as a whole, and for the hub's answer to a call. */
  readonly attachTimeout: number;
  readonly session: ConnectConfig;
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
  readonly post: (batch: readonly TabRequest[]) => Promise<void>;
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
 * `own` goes into the hello.
 * Rejects with `WorkerStartError`, `ContractMismatchError`, `UnsupportedError`, or the error with which the hub refuses the tab.
 */
export async function attach(
  context: AttachContext,
  tab: TabApi,
  signal: AbortSignal,
  own: OwnHello,
): Promise<Attachment> {
  const { environment, host, attachTimeout, toError } = context;
  const { clock } = environment;
  /** Aborted at the end of the attempt. */
  const attempt = new AbortController();
  /** Aborted when the present name is given up, or the attachment under it is closed. */
  let scope = new AbortController();
  /** The step that has not been completed, as the beginning of a message. */
  let awaited = "The browser did not grant the lock of this page";
  /** URL of the hub's script; empty until it is known. */
  let url = "";
  /** Rejects when a worker has failed to start, also one that was silent: its server may take longer to say that it has no script. */
  let failed = new Promise<never>(() => undefined);
  /** Error of the last worker that has sent this tab to the other name. */
  let refusal: WorkerStartError | undefined;

  /** Resolves with undefined if the worker of this name is silent, or says that another one has the session. */
  async function tryName(name: WorkerName): Promise<Attachment | undefined> {
    const present = (scope = new AbortController());
    const id = environment.randomId() as TabId;
    let lose: (cause: unknown) => void = () => undefined;
    const cutOff = new Promise<unknown>((resolve) => {
      lose = resolve;
    });
    // Before the hello, because the hub watches the lock from then on and considers a tab that does not hold it dead.
    atEnd(present, await environment.locks.hold(tabLock(id), lose));
    if (url === "") awaited = "The worker could not be opened";
    signal.throwIfAborted();
    const opened = await host.open(name);
    const release = (): void => opened.release();
    atEnd(attempt, release);
    failed = Promise.race([failed, opened.failed]);
    url = opened.url;
    // A worker whose script hangs fires no event at all.
    awaited = `The worker ${url} did not answer`;
    const link = openLink<TabApi, HubApi>(opened.port, tab, tabStream);
    atEnd(present, () => link.close());
    const pinged = link.remote.ping();
    let told = environment.isHidden();
    const toldOffline = environment.isOffline();
    const attached = link.remote.attach({
      contract: CONTRACT_VERSION,
      tab: id,
      codecUrls: opened.codecUrls,
      algorithmUrls: opened.algorithmUrls ?? [],
      ...own,
      isHidden: told,
      isOffline: toldOffline,
    });
    const answered = Promise.race([attached, failed]);
    // An older worker rejects the ping, which is an answer too.
    const sign = Promise.race([answered, pinged.catch(() => undefined)]).then(() => true);
    // A quarter of the whole time at most, so that both names are tried within it.
    const isAlive = await orLate(clock, Math.min(PING_TIMEOUT, attachTimeout / 4), sign, () => false);
    if (!isAlive) return undefined;
    const answer = await answered;
    // It has started, and its failure need not be heard of any more.
    attempt.signal.removeEventListener("abort", release);
    atEnd(present, release);
    checkVersion(answer);
    if (!answer.ok) {
      const error = toError(answer.error);
      if (!isElsewhere(error)) throw error;
      refusal = error;
      return undefined;
    }
    const { hello } = answer;
    const attachment: Attachment = {
      hello,
      url,
      lost: Promise.race([opened.lost(hello.incarnation), cutOff]),
      // Read from the proxy once, because each property access creates another proxy.
      post: link.remote.post,
      call: (method) =>
        orLate(clock, attachTimeout, orLost(present, method(link.remote)), () => {
          throw timedOut(attachTimeout, true);
        }),
      close: () => present.abort(),
    };
    const tell = (isBack: boolean): void => {
      const isHidden = environment.isHidden();
      if (isHidden === told && !isBack) return;
      told = isHidden;
      // Whatever a browser does to a page in its back/forward cache, the page finds out when it is back. Otherwise, a hub that is lost
      // need not know, and the next one is told in the hello.
      const telling = attachment.call((hub) => hub.setHidden(isHidden));
      // In that cache, a page hears nothing of the network either.
      if (isBack) telling.then(tellNetwork, lose);
      else telling.catch(() => undefined);
    };
    const tellNetwork = (): void => {
      const isOnline = !environment.isOffline();
      attachment.call((hub) => hub.networkChanged(isOnline)).catch(() => undefined);
    };
    environment.onNetwork(tellNetwork, present.signal);
    environment.onVisibility(tell, present.signal);
    // Both may have changed since the hello.
    tell(false);
    if (environment.isOffline() !== toldOffline) tellNetwork();
    return attachment;
  }

  async function tryNames(): Promise<Attachment> {
    for (let tried = 0; ; tried += 1) {
      const attachment = await tryName(workerNames[tried % 2 === 0 ? 0 : 1]);
      if (attachment !== undefined) return attachment;
      attempt.signal.throwIfAborted();
      scope.abort();
    }
  }

  try {
    return await orLate(clock, attachTimeout, tryNames(), () => {
      const message = `${awaited} within ${attachTimeout} ms. Cure: connect again, or raise attachTimeout`;
      throw refusal ?? new WorkerStartError(message, { reason: "timeout", url });
    });
  } catch (error) {
    scope.abort();
    throw signal.aborted ? error : errorOfPackage(error, url);
  } finally {
    attempt.abort();
  }
}

/** Takes a step at the end of a scope. If that has come already, takes it at once and throws. */
function atEnd({ signal }: AbortController, step: () => void): void {
  if (signal.aborted) step();
  signal.throwIfAborted();
  signal.addEventListener("abort", step);
}

/** Settles like `asked`, or rejects at the end of the attachment's scope. */
function orLost<T>({ signal }: AbortController, asked: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const lose = (): void => reject(new WorkerLostError("The worker was lost before it answered"));
    signal.addEventListener("abort", lose);
    void asked.then(resolve, reject).finally(() => signal.removeEventListener("abort", lose));
  });
}

/** Tells whether a hub says that another one has the session. */
function isElsewhere(error: unknown): error is WorkerStartError {
  return isWorkerStartError(error) && error.reason === "elsewhere";
}

/** Returns an error of this package for whatever a worker answered a hello with, such as its failure to take its own lock. */
function errorOfPackage(error: unknown, url: string): unknown {
  if (isWampMuxError(error)) return error;
  const message = `The worker ${url} could not admit this page: ${textFromThrown(error)}`;
  return new WorkerStartError(message, { reason: "script", url, cause: error });
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
