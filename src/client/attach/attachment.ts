import { tabLock, workerLock } from "../../contract/port.js";
import type { AttachAnswer, HubApi, HubHello, TabApi } from "../../contract/port.js";
import type { TabId } from "../../contract/ids.js";
import type { TabRequest } from "../../contract/requests.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { openLink } from "../../link/link.js";
import type { Link } from "../../link/link.js";
import { errorFromRecord } from "../requests/error-codec.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { ContractMismatchError, WorkerStartError } from "../errors/worker-errors.js";
import type { PayloadCoder } from "../requests/payload-coder.js";
import type { Page } from "./page.js";
import type { Settings } from "../session/settings.js";
import { resolveWorkerUrl } from "./worker-url.js";

/** The hub, as this page can call it. */
export type Hub = Link<HubApi>["remote"];

/**
 * One life of the link between this page and one life of a worker, under a tab id of its own, so that nothing of an earlier
 * one can be taken for one of this.
 */
export class Attachment {
  readonly hello: HubHello;
  readonly workerUrl: string;
  /** Resolves when the hub can take more. Stays pending if the worker dies. */
  readonly post: (batch: readonly TabRequest[]) => Promise<void>;
  readonly #hub: Hub;
  readonly #asking = new Set<(error: WorkerLostError) => void>();
  readonly #release: () => void;

  constructor(parts: { hello: HubHello; workerUrl: string; hub: Hub; release: () => void }) {
    this.hello = parts.hello;
    this.workerUrl = parts.workerUrl;
    this.#hub = parts.hub;
    // Once: each look at a property of the proxy makes another proxy.
    this.post = parts.hub.post;
    this.#release = parts.release;
  }

  /** Asks the hub something. Rejects with `WorkerLostError` if this is closed before it has answered. */
  async ask<T>(question: (hub: Hub) => Promise<T>): Promise<T> {
    let stop: (error: WorkerLostError) => void = () => undefined;
    const lost = new Promise<never>((_never, reject) => {
      stop = reject;
    });
    this.#asking.add(stop);
    try {
      return await Promise.race([question(this.#hub), lost]);
    } finally {
      this.#asking.delete(stop);
    }
  }

  /** Lets go of the link and of the lock: to the hub this tab is gone. */
  close(): void {
    this.#release();
    for (const stop of this.#asking) stop(new WorkerLostError("The worker was lost before it answered"));
  }
}

/**
 * Starts or joins the worker and makes itself known to its hub. `lost` is called when the worker dies, once. `unwanted` stops it
 * as long as the hub does not know of this tab; later the hub has to be told.
 * Rejects with `WorkerStartError`, `ContractMismatchError`, `UnsupportedError`, or what the hub refuses with.
 */
export async function attach(
  page: Page,
  settings: Settings,
  coder: PayloadCoder,
  tab: TabApi,
  lost: () => void,
  unwanted: AbortSignal,
): Promise<Attachment> {
  const undo: (() => void)[] = [];
  const release = (): void => {
    for (const step of undo.splice(0)) step();
  };
  try {
    const id = page.randomId() as TabId;
    // Before the hello: from then on the hub watches the lock, and takes a tab without it for dead.
    undo.push(await page.locks.hold(tabLock(id)));
    unwanted.throwIfAborted();
    const worker = page.startWorker(
      settings.workerUrl === undefined ? undefined : resolveWorkerUrl(settings.workerUrl, page.url),
    );
    undo.push(worker.release);
    const link = openLink<TabApi, HubApi>(worker.port, tab);
    undo.push(() => link.close());
    const silence = silenceOf(page, settings.attachTimeout, worker.url);
    undo.push(silence.stop);
    const attached = link.remote.attach({ contract: CONTRACT_VERSION, tab: id, session: settings.session });
    const hello = helloOf(await Promise.race([attached, worker.failed, silence.tooLong]), coder);
    silence.stop();
    undo.push(page.locks.watch(workerLock(hello.incarnation), lost));
    return new Attachment({ hello, workerUrl: worker.url, hub: link.remote, release });
  } catch (error) {
    release();
    throw error;
  }
}

function helloOf(answer: AttachAnswer, coder: PayloadCoder): HubHello {
  const worker = answer.ok ? answer.hello.contract : answer.contract;
  // First, since only these two fields mean the same in every version.
  if (worker !== CONTRACT_VERSION) {
    throw new ContractMismatchError(
      `This page speaks version ${CONTRACT_VERSION} of the contract with the worker, the worker that runs speaks version ${worker}: ` +
        "pages of an old deployment have to be reloaded",
      { tab: CONTRACT_VERSION, worker },
    );
  }
  if (!answer.ok) throw errorFromRecord(answer.error, coder);
  return answer.hello;
}

/** A worker whose script hangs says nothing at all. */
function silenceOf(page: Page, timeout: number, url: string): { tooLong: Promise<never>; stop: () => void } {
  let stop: () => void = () => undefined;
  const tooLong = new Promise<never>((_never, reject) => {
    stop = page.timer.after(timeout, () => {
      const message = `The worker ${url} did not answer within ${timeout} ms`;
      reject(new WorkerStartError(message, { reason: "timeout", url }));
    });
  });
  return { tooLong, stop };
}
