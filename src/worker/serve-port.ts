import { hubStream } from "../contract/stream.js";
import type { AttachAnswer, HubApi, HubInspection, TabApi, TabHello } from "../contract/port.js";
import type { TabId } from "../contract/ids.js";
import type { AttachedTab } from "../hub/hub.js";
import type { TabPeer } from "../hub/tab/tab.js";
import type { PortLike } from "../link/stream-port.js";
import { transfer } from "comlink";
import { openLink } from "../link/link.js";
import type { Link } from "../link/link.js";
import { nextTask } from "../web/next-task.js";

/** The part of the hub that a port uses. */
export interface PortHub {
  admit(
    hello: TabHello,
    tab: TabPeer,
  ): Promise<{ readonly answer: AttachAnswer; readonly port: AttachedTab | undefined }>;
  inspect(): HubInspection;
}

/**
 * Lets the page at the other end of `port` use the hub until that page has left or vanished, and then closes the port.
 * @param ready no `attach` is answered before this promise resolves; if it rejects, so does every `attach`
 * @param later runs a task in a later task of the event loop
 */
export function servePort(
  port: PortLike,
  hub: PortHub,
  ready: Promise<void>,
  later: (task: () => void) => void = nextTask,
): void {
  let attaching = false;
  let attached: (AttachedTab & { readonly tab: TabId }) | undefined;
  let left: Promise<void> | undefined;

  const link: Link<TabApi> = openLink<HubApi, TabApi>(
    port,
    {
      ping: () => Promise.resolve(),
      attach: async (hello) => {
        if (attaching) throw new Error("This port has already been attached");
        attaching = true;
        const admitting = ready.then(() => hub.admit(hello, peerFromRemote(link.remote)));
        admitting.catch(closeSoon);
        const attachment = await admitting;
        attached = attachment.port && { ...attachment.port, tab: hello.tab };
        if (attached === undefined) closeSoon();
        // A tab that leaves is released at once, but its `leave` call still needs an answer.
        else void attached.departed.then(() => left).finally(closeSoon);
        return attachment.answer;
      },
      post: (batch) => admitted("post").post(batch),
      leave: () => (left = admitted("leave").leave()),
      reconnectNow: () => admitted("reconnectNow").reconnectNow(),
      setHidden: (isHidden) => admitted("setHidden").setHidden(isHidden),
      networkChanged: (isOnline) => admitted("networkChanged").networkChanged(isOnline),
      transcode: (serializer, notices) => admitted("transcode").transcode(serializer, notices),
      inspect: () => {
        const { tab } = admitted("inspect");
        return Promise.resolve({ ...hub.inspect(), tab });
      },
    },
    hubStream,
  );

  /** Closes the port after the current call has been answered. */
  function closeSoon(): void {
    later(() => {
      link.close();
    });
  }

  function admitted(method: string): NonNullable<typeof attached> {
    if (attached === undefined) throw new Error(`${method} was called on a port that is not attached`);
    return attached;
  }
}

function peerFromRemote({ deliver, ask, dismiss, isFatal }: Link<TabApi>["remote"]): TabPeer {
  // Read from the proxy once, because each property access creates another proxy.
  return {
    deliver: (batch, owned) => deliver(owned.length === 0 ? batch : transfer(batch, [...owned])),
    ask: (question, id) => ask(question, id),
    isFatal: (reason) => isFatal(reason),
    // A tab that is gone has no question.
    dismiss: (id) => void dismiss(id).catch(() => undefined),
  };
}
