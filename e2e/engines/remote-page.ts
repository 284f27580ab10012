import { setTimeout as sleep } from "node:timers/promises";
import type { WebSocket } from "ws";
import type { TabPage } from "./engine.js";
import { makeCodec } from "./remote-script.js";
import type { Answer, Command } from "./remote-script.js";

const { pack, unpack } = makeCodec();

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** The page's times on the screen: each load, and each return from the back/forward cache. */
interface Showing {
  readonly socket: WebSocket;
  readonly persisted: boolean;
  /** Resolves when the page is hidden, closed or dead. */
  readonly ended: Promise<void>;
}

/** A page in a browser without a driver: it asks the test what to do (`obeyRemote`). */
export class RemotePage implements TabPage {
  readonly #address: string;
  readonly #open: (url: string) => Promise<void>;
  readonly #killBusyPage: () => Promise<void>;
  readonly #scripts: [script: (arg: string) => void, arg: string | undefined][] = [];
  readonly #pending = new Map<number, Pending>();
  #opened = false;
  #closed = false;
  #commands = 0;
  #shown: PromiseWithResolver<Showing> = withResolver();
  /** Resolves the current showing's `ended`; undefined while there is none. */
  #end: (() => void) | undefined;

  /**
   * @param address the page finds it in its URL, and connects to it
   * @param open opens a window with this page
   * @param killBusyPage kills the process of a page that does not listen any more
   */
  constructor(address: string, open: (url: string) => Promise<void>, killBusyPage: () => Promise<void>) {
    this.#address = address;
    this.#open = open;
    this.#killBusyPage = killBusyPage;
  }

  /** Takes the connection of a page that has loaded, or has come back. */
  show(socket: WebSocket, persisted: boolean): void {
    // The next document may be there before the one before it is gone.
    this.#hide();
    const { promise: ended, resolve: end } = withResolver<void>();
    this.#end = end;
    socket.once("close", () => {
      if (this.#end === end) this.#hide();
    });
    socket.on("message", (data: Buffer) => {
      const { id, ok, value } = JSON.parse(data.toString()) as Answer;
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (ok) pending?.resolve(unpack(value) as never);
      else pending?.reject(unpack(value));
    });
    this.#shown.resolve({ socket, persisted, ended });
  }

  readonly evaluate = (script: unknown, arg?: unknown): Promise<never> =>
    this.#closed ? Promise.reject(new Error("The page is closed")) : this.#ask(script, arg);

  async #ask(script: unknown, arg?: unknown): Promise<never> {
    const { socket } = await this.#shown.promise;
    const id = (this.#commands += 1);
    return await new Promise<never>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const command: Command = { id, source: String(script), arg: pack(arg) };
      socket.send(JSON.stringify(command));
    });
  }

  #hide(): void {
    this.#end?.();
    if (this.#end !== undefined) this.#shown = withResolver();
    this.#end = undefined;
    for (const { reject } of this.#pending.values()) reject(new Error("The page is gone, and its answer"));
    this.#pending.clear();
  }

  isClosed(): boolean {
    return this.#closed;
  }

  addInitScript(script: (arg: string) => void, arg?: string): Promise<void> {
    this.#scripts.push([script, arg]);
    return Promise.resolve();
  }

  async goto(url: string): Promise<void> {
    const target = `${url}#remote=${this.#address}`;
    if (this.#opened) {
      await this.#move((target: string) => void setTimeout(() => location.assign(target)), target);
      return;
    }
    this.#opened = true;
    await this.#open(target);
    await this.#prepare();
  }

  reload(): Promise<void> {
    return this.#move(() => void setTimeout(() => location.reload()));
  }

  goBack(): Promise<void> {
    return this.#move(() => void setTimeout(() => history.back()));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { ended } = await this.#shown.promise;
    this.#ask(() => void setTimeout(() => window.close())).catch(() => {});
    const late = await Promise.race([ended, sleep(1_500, "late")]);
    if (late === "late") await this.#killBusyPage();
  }

  /** Makes the page load another document, and waits for that. */
  async #move(go: unknown, arg?: unknown): Promise<void> {
    const { ended } = await this.#shown.promise;
    await this.evaluate(go, arg);
    await ended;
    await this.#prepare();
  }

  async #prepare(): Promise<void> {
    const { persisted } = await this.#shown.promise;
    if (persisted) return;
    for (const [script, arg] of this.#scripts) await this.evaluate(script, arg);
  }
}

interface PromiseWithResolver<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function withResolver<T>(): PromiseWithResolver<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
