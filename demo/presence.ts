import type { Session } from "wamp-mux";
import type { DemoApi } from "./api.js";

const topic = "com.example.presence";

/** The names of the tabs by the worker's ids of them. The map is live. */
export async function namesOfTabs(
  session: Session<DemoApi>,
  name: string,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>([[session.tab, name]]);
  const announce = (asks: boolean) => session.publish(topic, [{ tab: session.tab, name, asks }]);

  await session.subscribe(topic, async ({ args: [other] }) => {
    names.set(other.tab, other.name);
    if (other.asks) await announce(false);
  });
  await announce(true);
  return names;
}
