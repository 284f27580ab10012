import { RawClient, code } from "../../scripts/raw-client.mjs";
import type { Message } from "../../scripts/raw-client.mjs";
import type { ForeignInvocation } from "./foreign.js";

type Dict = Readonly<Record<string, unknown>>;

/** An invocation that the router can interrupt. */
export interface InterruptibleInvocation extends ForeignInvocation {
  /** Resolves with the options of INTERRUPT when the router sends one. */
  readonly interrupted: Promise<Dict>;
}

const roles = {
  callee: { features: { call_canceling: true, progressive_call_results: true } },
};

const dict = (value: unknown): Dict => (typeof value === "object" && value !== null ? { ...value } : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * A callee that announces call canceling, so that the router sends it INTERRUPT. Neither Autobahn|JS nor wampy does
 * that; for everything else there is `ForeignSession`.
 */
export class RawCallee {
  readonly #client: RawClient;
  readonly #handlers = new Map<number, (invocation: InterruptibleInvocation) => void>();
  readonly #interrupts = new Map<number, (options: Dict) => void>();

  private constructor(client: RawClient) {
    this.#client = client;
    client.onMessage = (message) => this.#receive(message);
  }

  static async open(url: string, realm: string): Promise<RawCallee> {
    return new RawCallee(await RawClient.join(url, { realm, roles }));
  }

  async register(
    procedure: string,
    handler: (invocation: InterruptibleInvocation) => void,
    options: Dict = {},
  ): Promise<void> {
    const [, , registration] = await this.#client.request(code.REGISTER, options, procedure);
    this.#handlers.set(Number(registration), handler);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #receive([type, request, ...rest]: Message): void {
    if (type === code.INTERRUPT) this.#interrupts.get(Number(request))?.(dict(rest[0]));
    if (type !== code.INVOCATION) return;
    const [registration, details, args, kwargs] = rest;
    const answer = (message: Message) => this.#client.send(message);
    this.#handlers.get(Number(registration))?.({
      args: list(args),
      kwargs: dict(kwargs),
      wantsProgress: dict(details)["receive_progress"] === true,
      interrupted: new Promise((resolve) => this.#interrupts.set(Number(request), resolve)),
      progress: (part) => answer([code.YIELD, request, { progress: true }, part]),
      result: (out = [], outKwargs = {}) => answer([code.YIELD, request, {}, out, outKwargs]),
      error: (uri, out = [], outKwargs = {}) =>
        answer([code.ERROR, code.INVOCATION, request, {}, uri, out, outKwargs]),
    });
  }
}
