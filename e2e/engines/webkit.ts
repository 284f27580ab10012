import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { miniBrowser } from "../../scripts/browsers.mjs";
import type { Engine, TabBrowser, TabContext } from "./engine.js";
import { killBusiest, killPage, processes } from "./processes.js";
import { RemotePage } from "./remote-page.js";
import { makeCodec, obeyRemote } from "./remote-script.js";

const pageProcess = "WebKitWebProces";
/** Milliseconds in which a browser has to load its first page. On a busy machine it takes 2 s; once in hundreds of starts it never does. */
const START_LIMIT = 10_000;
const pageScript = `(${String(obeyRemote)})(${String(makeCodec)});`;

/**
 * WebKitGTK's MiniBrowser, without a driver: WebKitWebDriver ends its session when a page crashes. The pages ask this process what to do.
 */
export const webkit: Engine = {
  playwright: undefined,
  browser: async ({}, use) => {
    const screen = await startScreen();
    const remote = await RemotePages.listen();
    await use(new MiniBrowsers(screen.display, remote));
    await remote.close();
    screen.process.kill();
  },
  pageScript,
  withPageCache: {},
  cachesPages: true,
  crash: (page) => killPage(page, pageProcess),
};

/** The pages of all contexts, each with an address of its own. */
class RemotePages {
  readonly #server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>opener</title><script>${pageScript}</script>`);
  });
  readonly #sockets = new WebSocketServer({ server: this.#server });
  readonly #pages = new Map<string, RemotePage>();
  #port = 0;

  static async listen(): Promise<RemotePages> {
    const pages = new RemotePages();
    pages.#server.listen(0, "127.0.0.1");
    await once(pages.#server, "listening");
    const address = pages.#server.address();
    pages.#port = typeof address === "object" ? (address?.port ?? 0) : 0;
    pages.#sockets.on("connection", (socket, { url = "" }) => {
      const [path = "", query] = url.split("?");
      pages.#pages.get(path)?.show(socket, query === "persisted");
    });
    return pages;
  }

  /** A page that only runs the script. */
  get opener(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** @param open opens a window with this URL */
  add(open: (url: string) => Promise<void>): RemotePage {
    const path = `/${this.#pages.size}`;
    const page = new RemotePage(`${this.#port}${path}`, open, () => killBusiest(pageProcess));
    this.#pages.set(path, page);
    return page;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

interface MiniBrowser {
  /** The page that opens the others. */
  readonly opener: RemotePage;
  readonly close: () => Promise<void>;
}

/** Starts a browser for each context, with a home of its own. */
class MiniBrowsers implements TabBrowser {
  readonly #display: string;
  readonly #remote: RemotePages;

  constructor(display: string, remote: RemotePages) {
    this.#display = display;
    this.#remote = remote;
  }

  async newContext(options: { readonly ignoreHTTPSErrors?: boolean } = {}): Promise<TabContext> {
    const isStarted = async ({ opener }: MiniBrowser): Promise<boolean> =>
      await Promise.race([
        opener.goto(this.#remote.opener).then(() => true),
        sleep(START_LIMIT, false, { ref: false }),
      ]);
    let browser = this.#start(options);
    if (!(await isStarted(browser))) {
      await browser.close();
      process.stderr.write(`MiniBrowser loaded no page within ${START_LIMIT} ms, and is started again\n`);
      browser = this.#start(options);
      await browser.opener.goto(this.#remote.opener);
    }
    const { opener, close } = browser;
    // A window without an opener gets a process of its own.
    const open = (url: string): Promise<void> =>
      opener.evaluate((url: string) => {
        window.open(url, "_blank", "noopener,width=400,height=300");
      }, url);
    return { newPage: () => Promise.resolve(this.#remote.add(open)), close };
  }

  /** Returns a browser that starts when its opener goes to a page. */
  #start({ ignoreHTTPSErrors = false }): MiniBrowser {
    const home = mkdtempSync(join(tmpdir(), "wamp-mux-"));
    const places = ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"];
    let browser: ChildProcess | undefined;
    const opener = this.#remote.add((url) => {
      const options = ["--javascript-can-open-windows-automatically=true"];
      if (ignoreHTTPSErrors) options.push("--ignore-tls-errors");
      browser = spawn(miniBrowser() ?? "MiniBrowser", [...options, url], {
        stdio: "ignore",
        env: {
          ...process.env,
          ...Object.fromEntries(places.map((place) => [place, home])),
          DISPLAY: this.#display,
          WEBKIT_DISABLE_DMABUF_RENDERER: "1",
          WEBKIT_DISABLE_COMPOSITING_MODE: "1",
          LIBGL_ALWAYS_SOFTWARE: "1",
          NO_AT_BRIDGE: "1",
        },
      });
      return Promise.resolve();
    });
    return {
      opener,
      close: async () => {
        if (browser?.pid === undefined) return;
        const hasExited = browser.exitCode !== null || browser.signalCode !== null;
        const exit = hasExited ? undefined : once(browser, "exit");
        for (const { pid } of processes(undefined, browser.pid)) process.kill(pid, "SIGKILL");
        browser.kill("SIGKILL");
        await exit;
        rmSync(home, { recursive: true, force: true });
      },
    };
  }
}

/** Starts an X server without a screen, which tells the display that it has chosen. */
async function startScreen(): Promise<{ readonly display: string; readonly process: ChildProcess }> {
  const server = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const told = server.stdio[3];
  if (told === undefined || told === null) throw new Error("Xvfb has no pipe");
  const [number] = (await Promise.race([once(told, "data"), once(server, "exit")])) as [Buffer | number];
  if (typeof number === "number") throw new Error(`Xvfb ended with ${number}`);
  return { display: `:${number.toString().trim()}`, process: server };
}
