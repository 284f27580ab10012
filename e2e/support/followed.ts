import type { Gap } from "wamp-mux";
import type { RouterUnderTest } from "./router.js";
import type { Tab } from "./tab.js";

/** The topics whose history the routers are configured to keep. */
export const historyOf = (name: string): string => `com.e2e.history.${name}`;

export interface Heard {
  readonly topic: string;
  readonly value: unknown;
  readonly recovered: boolean;
}

/** Subscribes with `catchUp`, and records events under the name, gaps under `<name>!`. */
export function follow(tab: Tab, topic: string, match: "exact" | "prefix" = "exact"): Promise<void> {
  return tab.page.evaluate(
    async ([topic, match]) => {
      const events = window.kit.recorder<Heard>(topic);
      const gaps = window.kit.recorder<Gap>(`${topic}!`);
      const options = { catchUp: true, onGap: gaps.add };
      const handler = ({
        topic,
        args,
        recovered,
      }: Pick<Heard, "topic" | "recovered"> & { args: readonly unknown[] }) =>
        events.add({ topic, value: args[0], recovered });
      const asked =
        match === "exact"
          ? window.session.subscribe(topic, handler, options)
          : window.session.subscribe(topic, handler, { ...options, match });
      window.kit.track(topic, await asked);
    },
    [topic, match] as const,
  );
}

export const heard = (tab: Tab, topic: string, count: number): Promise<Heard[]> =>
  tab.page.evaluate(([topic, count]) => window.kit.recorder<Heard>(topic).waitForCount(count), [
    topic,
    count,
  ] as const);

export const gapsOf = (tab: Tab, topic: string, count = 0): Promise<Gap[]> =>
  tab.page.evaluate(([topic, count]) => window.kit.recorder<Gap>(`${topic}!`).waitForCount(count), [
    topic,
    count,
  ] as const);

export const live = (topic: string, ...values: unknown[]) =>
  values.map((value) => ({ topic, value, recovered: false }));
export const recovered = (topic: string, ...values: unknown[]) =>
  values.map((value) => ({ topic, value, recovered: true }));
export const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/**
 * Subscribes as a client that does not publish. Crossbar.io keeps an event only if it has a receiver, and Nexus forgets the history with the
 * last subscriber.
 */
export async function keepAlive(router: RouterUnderTest, topic: string, options = {}): Promise<void> {
  const subscriber = await router.foreign();
  await subscriber.subscribe(topic, options);
}
