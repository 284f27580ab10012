import type { Subprotocol } from "../../codec/subprotocols.js";
import type { Environment } from "../core/environment.js";
import { RouterCore } from "../core/router-core.js";
import type { SessionSummary } from "../core/router-core.js";
import type { RouterSession } from "../core/router-session.js";
import type { CoreSettings } from "../core/settings.js";
import { Connection } from "./connection.js";
import type { FrameSocket } from "./connection.js";
import { Counter } from "./counts.js";
import { createFaults } from "./create-faults.js";
import { FaultState } from "./fault-state.js";
import type { Faults } from "./faults.js";
import { FrameWriter } from "./frame-writer.js";

/** The core with its connections, counts and faults: the whole router except the sockets. */
export class FaultyRouter {
  readonly counter = new Counter();
  readonly state = new FaultState();
  readonly faults: Faults;
  /** Called when the router is no longer stalled, after its connections have caught up. */
  resumed: () => void = () => undefined;
  readonly #core: RouterCore;
  readonly #environment: Environment;
  readonly #writer: FrameWriter;
  readonly #sessions = new Map<Connection, RouterSession>();

  constructor(settings: CoreSettings, environment: Environment) {
    this.#core = new RouterCore(settings, environment, this.state);
    this.#environment = environment;
    this.#writer = new FrameWriter(settings.codecs);
    this.faults = createFaults(this.state, this.counter, this.#sessions, (on) => {
      this.#setStalled(on);
    });
  }

  /** Creates the connection for a socket whose handshake is complete, from the browser with this cookie. */
  accept(socket: FrameSocket, subprotocol: Subprotocol, cookie?: string): Connection {
    const connection = new Connection(
      socket,
      subprotocol,
      this.#writer,
      this.counter,
      this.state,
      this.#environment,
      cookie,
    );
    const session = this.#core.accept(connection);
    this.#sessions.set(connection, session);
    void connection.closed.then(() => this.#sessions.delete(connection));
    connection.listen(session);
    return connection;
  }

  /** The connections whose socket is not closed. */
  get connections(): readonly Connection[] {
    return [...this.#sessions.keys()];
  }

  /** Lists the established sessions in the order in which they joined, realm by realm. */
  sessions(): SessionSummary[] {
    return this.#core.sessions();
  }

  #setStalled(on: boolean): void {
    this.state.stalled = on;
    for (const connection of this.#sessions.keys()) connection.stall(on);
    if (!on) this.resumed();
  }
}
