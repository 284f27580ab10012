import { tabLock } from "../contract/port.js";
import type { AttachAnswer, HubApi, Inspection, TabApi, TabHello } from "../contract/port.js";
import type { TabRequest } from "../contract/requests.js";
import type { Locks } from "../hub/environment.js";
import type { PortLike } from "../link/batching-endpoint.js";
import { openLink } from "../link/link.js";
import { nextTask } from "../link/next-task.js";

/** What the hub gives an attached tab. */
export interface AttachedPort {
  post(batch: readonly TabRequest[]): Promise<void>;
  leave(): Promise<void>;
  reconnectNow(): Promise<void>;
}

/** What a port needs of the hub. */
export interface HubLike {
  attach(hello: TabHello, tab: TabApi): Promise<{ answer: AttachAnswer; port: AttachedPort | undefined }>;
  inspect(): Inspection;
}

/** Lets the page at the other end of `port` use the hub, until it leaves or dies. No attach is answered before `ready`. */
export function servePort(port: PortLike, hub: HubLike, locks: Locks, ready: Promise<void>): void {
  let attached: AttachedPort | undefined;
  let attaching = false;
  let stopWatching = (): void => undefined;

  const link = openLink<HubApi, TabApi>(port, {
    attach: async (hello) => {
      if (attaching) throw new Error("This port has been attached already");
      attaching = true;
      await ready;
      const { answer, port: accepted } = await hub.attach(hello, link.remote);
      attached = accepted;
      if (accepted === undefined) nextTask(close);
      else stopWatching = locks.watch(tabLock(hello.tab), close);
      return answer;
    },
    post: (batch) => admitted("post").post(batch),
    leave: async () => {
      await admitted("leave").leave();
      nextTask(close);
    },
    reconnectNow: () => admitted("reconnectNow").reconnectNow(),
    inspect: () => {
      admitted("inspect");
      return Promise.resolve(hub.inspect());
    },
  });

  // Not in the task of an answer that is still to be sent.
  function close(): void {
    stopWatching();
    link.close();
  }

  function admitted(method: string): AttachedPort {
    if (attached === undefined) throw new Error(`${method} was called on a port that is not attached`);
    return attached;
  }
}
