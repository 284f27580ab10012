import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { crossbarPython } from "../../scripts/routers/index.mjs";
import { Collector } from "./collector.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The peer of `e2e/peers/encrypting_peer.py`, in the Python environment of Crossbar.io. */
export interface EncryptingPeer {
  /** The lines that it has printed: "ready", and then the payloads that it has decrypted. */
  readonly lines: Collector<string>;
  stop(): Promise<void>;
}

/** Starts the peer; resolves when it has registered and subscribed. */
export async function startEncryptingPeer(
  url: string,
  realm: string,
  prefix: string,
  cipher: string,
  keyHex: string,
  serializer: "json" | "msgpack" | "cbor",
): Promise<EncryptingPeer> {
  const script = `${root}e2e/peers/encrypting_peer.py`;
  const peer = spawn(crossbarPython, [script, url, realm, prefix, cipher, keyHex, serializer], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = new Collector<string>();
  createInterface(peer.stdout).on("line", (line) => lines.add(line));
  const ended = new Promise<void>((resolve) => peer.once("exit", () => resolve()));
  await lines.waitForCount(1);
  return {
    lines,
    stop: async () => {
      peer.kill();
      await ended;
    },
  };
}
