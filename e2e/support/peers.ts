import { JavaScriptPeer } from "../peers/javascript-peer.js";
import type { Peer, PeerSerializer } from "../peers/peer.js";
import { PythonPeer } from "../peers/python-peer.js";
import { test as base } from "./fixtures.js";
import { whyNoPython } from "./python.js";

export const libraries = ["Autobahn|Python", "Autobahn|JS"] as const;

interface PeerFixtures {
  readonly library: (typeof libraries)[number];
  readonly peerSerializer: PeerSerializer;
  /** A session of the library with procedures under `uri("peer")`. */
  readonly peer: Peer;
}

interface PeerProcess {
  /** The process, or the reason why this machine cannot have it. */
  readonly python: PythonPeer | string;
}

/** Long enough to install the Python environment. */
const INSTALLATION = 20 * 60_000;

export const test = base.extend<PeerFixtures, PeerProcess>({
  library: ["Autobahn|Python", { option: true }],
  peerSerializer: ["json", { option: true }],

  python: [
    async ({}, use) => {
      const peer = await startPython();
      await use(peer);
      if (peer instanceof PythonPeer) await peer.stop();
    },
    { scope: "worker", timeout: INSTALLATION },
  ],

  peer: async ({ router, uri, library, peerSerializer, python }, use, testInfo) => {
    const peer = library === "Autobahn|JS" ? new JavaScriptPeer() : python;
    if (typeof peer === "string") {
      testInfo.annotations.push({ type: "feature", description: "the peer Autobahn|Python" });
      testInfo.skip(true, peer);
      return;
    }
    await peer.join(router, uri("peer"), peerSerializer);
    await use(peer);
    await peer.leave();
  },
});

/** Starts the process in the Python environment. */
async function startPython(): Promise<PythonPeer | string> {
  return whyNoPython() ?? PythonPeer.start();
}
