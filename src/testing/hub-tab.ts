import type { Environment } from "../hub/environment.js";
import { EventBatcher } from "../hub/tab/event-batcher.js";
import { EventCoalescer } from "../hub/tab/event-coalescer.js";
import { NoticeSender } from "../hub/tab/notice-sender.js";
import { SendQueue } from "../hub/tab/send-queue.js";
import { Tab } from "../hub/tab/tab.js";
import type { FakeTab } from "./fake-tab.js";

/** Returns the hub's side of a tab that belongs to no session. */
export function createHubTab(page: FakeTab, env: Environment): Tab {
  const notices = new NoticeSender(
    page,
    new EventCoalescer(env.pause),
    new EventBatcher(env.serializers),
    env.log,
  );
  return new Tab(page.id, page, notices, new SendQueue(env.clock, () => undefined), env.clock);
}
