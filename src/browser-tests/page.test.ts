import { describe, expect, it } from "vitest";
import { hubHostSuite } from "../client/attach/hub-host.suite.js";
import { sharedWorkerHost } from "../client/browser/shared-worker-host.js";
import { webLocks } from "../web/locks.js";
import { browserSuites } from "./suites.js";

describe("in a page", () => {
  it("is a page", () => {
    expect(typeof document).toBe("object");
  });

  browserSuites();

  // Only pages can start SharedWorkers.
  hubHostSuite("SharedWorker", () => {
    const locks = webLocks(navigator.locks, reportError);
    const kills = new BroadcastChannel("wamp-mux:kill");
    return {
      host: sharedWorkerHost(locks, "/src/browser-tests/mortal-worker.ts"),
      broken: sharedWorkerHost(locks, "/missing.js"),
      kill: () => kills.postMessage("now"),
    };
  });
});
