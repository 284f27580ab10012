import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { crossbarPython } from "../../scripts/routers/index.mjs";
import type { RouterUnderTest } from "../support/router.js";
import { within } from "../support/within.js";
import type { Peer, PeerSerializer } from "./peer.js";

const script = fileURLToPath(new URL("peer.py", import.meta.url));
/** Milliseconds for an answer of the process: longer than its own deadline for joining after leaving. */
const ANSWER = 25_000;
/** Milliseconds for its end, before it is killed. */
const END = 5_000;

/** Autobahn|Python in a process of its own, which joins one session after the other. */
export class PythonPeer implements Peer {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string, undefined>;
  readonly #exit: Promise<unknown>;
  /** The end of its output on stderr. */
  #said = "";

  private constructor() {
    this.#process = spawn(crossbarPython, [script], { stdio: ["pipe", "pipe", "pipe"] });
    this.#exit = once(this.#process, "exit");
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
    this.#process.stderr.on(
      "data",
      (text: Buffer) => (this.#said = `${this.#said}${text.toString()}`.slice(-2000)),
    );
    // A process that has ended is noticed by its answer, which does not come.
    this.#process.stdin.on("error", () => {});
  }

  static async start(): Promise<PythonPeer> {
    const peer = new PythonPeer();
    await once(peer.#process, "spawn");
    return peer;
  }

  join({ directUrl, realm }: RouterUnderTest, prefix: string, serializer: PeerSerializer): Promise<void> {
    return this.#ask({ url: directUrl, realm, prefix, serializer });
  }

  leave(): Promise<void> {
    return this.#ask(null);
  }

  async stop(): Promise<void> {
    this.#process.stdin.end();
    const kill = setTimeout(() => this.#process.kill("SIGKILL"), END);
    await this.#exit;
    clearTimeout(kill);
  }

  async #ask(session: Readonly<Record<string, string>> | null): Promise<void> {
    this.#process.stdin.write(`${JSON.stringify(session)}\n`);
    const line = await within(ANSWER, "the Python peer's answer", this.#lines.next());
    if (line.done === true) throw new Error(`the Python peer has ended: ${this.#said}`);
    const failure = JSON.parse(line.value) as string | null;
    if (failure !== null) throw new Error(`the Python peer: ${failure}\n${this.#said}`);
  }
}
