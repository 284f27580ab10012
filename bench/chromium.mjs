// Starts the Chromium that `npm run setup` found, without a window and with a fresh profile.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedBrowser } from "../scripts/installed-browser.mjs";
import { DevTools } from "./devtools.mjs";
import { descendants } from "./machine.mjs";
import { Target } from "./target.mjs";

const flags = [
  "--headless=new",
  "--remote-debugging-pipe",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-component-update",
  "--disable-background-networking",
  "--disable-extensions",
  "--disable-sync",
  "--disable-gpu",
  "--mute-audio",
  // All tabs but one are hidden, and the browser must not slow a candidate down for that.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

export class Chromium {
  /** @readonly */
  version;
  #child;
  #devTools;
  #profile;

  /**
   * @param {import("node:child_process").ChildProcess} child
   * @param {DevTools} devTools
   * @param {string} profile
   * @param {string} version
   */
  constructor(child, devTools, profile, version) {
    this.#child = child;
    this.#devTools = devTools;
    this.#profile = profile;
    this.version = version;
  }

  static async start() {
    const { executablePath, args } = installedBrowser();
    const profile = mkdtempSync(join(tmpdir(), "wamp-mux-bench-"));
    const child = spawn(executablePath, [...flags, ...args, `--user-data-dir=${profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const [, , , output, input] = child.stdio;
    const devTools = new DevTools(
      /** @type {import("node:stream").Writable} */ (output),
      /** @type {import("node:stream").Readable} */ (input),
    );
    const { product } = await devTools.send("Browser.getVersion");
    return new Chromium(child, devTools, profile, product);
  }

  /** The process ids of this browser. */
  processes() {
    return descendants(/** @type {number} */ (this.#child.pid));
  }

  /** Opens a context whose pages share storage and workers with each other and with no other page. */
  async openContext() {
    const { browserContextId } = await this.#devTools.send("Target.createBrowserContext");
    return new Context(this.#devTools, browserContextId);
  }

  /**
   * Measures the CPU seconds of each process, and names its kind.
   *
   * @returns {Promise<Map<number, { kind: string, seconds: number }>>}
   */
  async cpu() {
    const { processInfo } = await this.#devTools.send("SystemInfo.getProcessInfo");
    const list = /** @type {{ id: number, type: string, cpuTime: number }[]} */ (processInfo);
    return new Map(list.map(({ id, type, cpuTime }) => [id, { kind: type, seconds: cpuTime }]));
  }

  async stop() {
    const exit = new Promise((resolve) => this.#child.once("exit", resolve));
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#devTools.send("Browser.close").catch(() => undefined);
    await exit;
    clearTimeout(late);
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

export class Context {
  #devTools;
  #id;

  /**
   * @param {DevTools} devTools
   * @param {string} id
   */
  constructor(devTools, id) {
    this.#devTools = devTools;
    this.#id = id;
  }

  /** @param {string} url */
  async openPage(url) {
    const { targetId } = await this.#devTools.send("Target.createTarget", {
      url: "about:blank",
      browserContextId: this.#id,
    });
    const page = await Target.attach(this.#devTools, targetId);
    await page.navigate(url);
    return page;
  }

  /** Finds the SharedWorker of the pages in this context, if there is one. */
  async worker() {
    const { targetInfos } = await this.#devTools.send("Target.getTargets", {
      filter: [{ type: "shared_worker" }],
    });
    const list = /** @type {{ targetId: string, browserContextId: string }[]} */ (targetInfos);
    const worker = list.find(({ browserContextId }) => browserContextId === this.#id);
    return worker && Target.attach(this.#devTools, worker.targetId);
  }

  async close() {
    await this.#devTools.send("Target.disposeBrowserContext", { browserContextId: this.#id });
  }
}
