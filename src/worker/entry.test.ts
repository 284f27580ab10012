import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HubApi, TabApi, TabHello } from "../contract/port.js";
import type { TabId } from "../contract/ids.js";
import { connectConfig } from "../testing/session-config.js";
import { tabStream } from "../contract/stream.js";
import { openLink } from "../link/link.js";
import { nextTask } from "../web/next-task.js";

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("a worker without its lock rejects every attach with the reason, and leaves no rejection unhandled", async () => {
  const unhandled: unknown[] = [];
  const note = (cause: unknown): void => void unhandled.push(cause);
  process.on("unhandledRejection", note);
  const logged = vi.spyOn(console, "error").mockReturnValue(undefined);
  const scope: { onconnect: ((event: { ports: MessagePort[] }) => void) | null; location: object } = {
    onconnect: null,
    location: { protocol: "http:" },
  };
  vi.stubGlobal("self", scope);
  vi.stubGlobal("navigator", {
    locks: { request: () => Promise.reject(new DOMException("not allowed here", "SecurityError")) },
  });
  await import("./entry.js");
  // Long enough for a rejection to count as unhandled.
  await new Promise<void>((resolve) => {
    nextTask(resolve);
  });
  const { port1, port2 } = new MessageChannel();
  scope.onconnect?.({ ports: [port2] });
  const tab = openLink<TabApi, HubApi>(
    port1,
    {
      deliver: () => Promise.resolve(),
      ask: () => Promise.reject(new Error("none")),
      dismiss: () => Promise.resolve(),
      isFatal: () => Promise.resolve(true),
    },
    tabStream,
  );
  const hello: TabHello = {
    contract: 1,
    tab: "tab-1" as TabId,
    session: connectConfig(),
    codecUrls: [],
  };
  await expect(tab.remote.attach(hello)).rejects.toThrow(
    /^The worker could not take its Web Lock "[^"]+" \(SecurityError: not allowed here\)$/,
  );
  tab.close();
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
  expect(logged).toHaveBeenCalledOnce();
});

it("refuses to run as anything but a SharedWorker", async () => {
  vi.stubGlobal("self", {});
  await expect(import("./entry.js")).rejects.toThrow("must be started as a SharedWorker");
});
