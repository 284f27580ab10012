import { RawClient, code } from "../../scripts/raw-client.mjs";
import type { Message } from "../../scripts/raw-client.mjs";
import type { RouterUnderTest } from "./router.js";
import type { SerializerName } from "./third-party-content.js";

type Frame = string | Uint8Array;

/** A client that writes whatever it likes. When the router throws it out, it joins again. */
export class Stranger implements AsyncDisposable {
  readonly #join: () => Promise<RawClient>;
  #client: RawClient;
  #procedure: string | undefined;
  #answers: (index: number, request: number) => readonly Frame[] = () => [];
  #gone = false;
  /** Number of times that the router has thrown the client out. */
  expulsions = 0;

  private constructor(join: () => Promise<RawClient>, client: RawClient) {
    this.#join = join;
    this.#client = client;
    this.#watch(client);
  }

  static async join({ url, realm }: RouterUnderTest, serializer: SerializerName): Promise<Stranger> {
    const roles = { caller: {}, callee: {}, publisher: {} };
    const join = () => RawClient.join(url, { realm, roles, serializer });
    return new Stranger(join, await join());
  }

  /** Sends a request; resolves when the router has handled it or has thrown the client out. */
  async send(toFrame: (request: number) => Frame): Promise<void> {
    const client = this.#client;
    client.sendFrame(toFrame(client.nextRequest()));
    try {
      await client.request(code.CALL, {}, "wamp.session.count");
    } catch {
      await this.#rejoined(client);
    }
  }

  /** Registers a procedure whose first argument is the index of its answers. */
  async register(
    procedure: string,
    answers: (index: number, request: number) => readonly Frame[],
  ): Promise<void> {
    this.#procedure = procedure;
    this.#answers = answers;
    await this.#client.request(code.REGISTER, {}, procedure);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gone = true;
    await this.#client.close();
  }

  #watch(client: RawClient): void {
    client.onMessage = (message) => this.#receive(message);
    this.#joined = client.closed.then(async () => {
      if (this.#gone) return;
      this.expulsions += 1;
      this.#client = await this.#join();
      this.#watch(this.#client);
      if (this.#procedure !== undefined) await this.#client.request(code.REGISTER, {}, this.#procedure);
    });
  }

  /** Resolves when the client has joined again after the end of its current connection. */
  #joined: Promise<void> = Promise.resolve();

  async #rejoined(lost: RawClient): Promise<void> {
    await lost.closed;
    while (this.#client === lost) await this.#joined;
  }

  #receive([type, request, , , args]: Message): void {
    if (type !== code.INVOCATION) return;
    const [index] = args as readonly number[];
    for (const answer of this.#answers(Number(index), Number(request))) this.#client.sendFrame(answer);
  }
}
