import type { Behaviour } from "./behaviour.js";
import type { Environment } from "./environment.js";
import { Realm } from "./realm.js";
import { RouterSession } from "./router-session.js";
import type { CoreSettings } from "./settings.js";
import type { Transport } from "./transport.js";

/** An established session, as seen by tests. */
export interface SessionSummary {
  readonly id: number;
  readonly realm: string;
  readonly authid: string;
}

/** A WAMP router without I/O: messages from its sessions are answered synchronously with messages to their transports. */
export class RouterCore {
  readonly realms: ReadonlyMap<string, Realm>;
  readonly #settings: CoreSettings;
  readonly #environment: Environment;
  readonly #behaviour: Behaviour;

  constructor(settings: CoreSettings, environment: Environment, behaviour: Behaviour) {
    this.#settings = settings;
    this.#environment = environment;
    this.#behaviour = behaviour;
    this.realms = new Map(
      settings.realms.map((name) => [name, new Realm(name, settings, environment, behaviour)]),
    );
  }

  /** Returns the session of a new connection. It waits for HELLO. */
  accept(transport: Transport): RouterSession {
    return new RouterSession(transport, this.realms, this.#settings, this.#environment, this.#behaviour);
  }

  /** Lists the established sessions in the order in which they joined, realm by realm. */
  sessions(): SessionSummary[] {
    return [...this.realms.values()].flatMap((realm) =>
      [...realm.members.values()].map(({ id, identity }) => ({
        id,
        realm: realm.name,
        authid: identity.authid,
      })),
    );
  }
}
