import type { TabId } from "../contract/ids.js";
import type { Environment } from "../hub/environment.js";
import { EventBatcher } from "../hub/tab/event-batcher.js";
import { createPromptPace } from "../hub/tab/event-coalescer.js";
import { NoticeSender } from "../hub/tab/notice-sender.js";
import { SendQueue } from "../hub/tab/send-queue.js";
import { TabReader } from "../hub/tab/tab-reader.js";
import { Tab } from "../hub/tab/tab.js";
import type { TabPeer } from "../hub/tab/tab.js";

const nothing = (): void => undefined;

/** Returns the hub's side of a tab without a session. */
export function createHubTab(id: TabId, peer: TabPeer, env: Environment): Tab {
  const { codecs, log } = env;
  const pace = createPromptPace(env.pauses());
  const reader = new TabReader(codecs);
  const notices = new NoticeSender(peer, pace, new EventBatcher(codecs), log, reader);
  return new Tab(id, peer, { notices, reader, queue: new SendQueue(env.clock, nothing, nothing) }, env.clock);
}
