import type { DemoSession } from "../api.js";

const topic = "com.example.presence";

export interface TabNames {
  nameOf(tab: string): string | undefined;
  /** Publishes the id of this tab, which changes when the tab joins a new worker. */
  announce(tab: string): Promise<void>;
}

/** Collects the names of the tabs, which the worker knows only by their ids. */
export async function learnTabNames(session: DemoSession, name: string): Promise<TabNames> {
  const names = new Map<string, string>();
  let own: string | undefined;
  const tell = async (tab: string, asks: boolean): Promise<void> => {
    await session.publish(topic, [{ tab, name, asks }]);
  };

  await session.subscribe(topic, async ({ args: [other] }) => {
    names.set(other.tab, other.name);
    if (other.asks && own !== undefined) await tell(own, false);
  });
  return {
    nameOf: (tab) => names.get(tab),
    announce: async (tab) => {
      if (tab === own) return;
      own = tab;
      names.set(tab, name);
      await tell(tab, true);
    },
  };
}
