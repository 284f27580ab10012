import { DestroyRef, Injectable, afterNextRender, inject, signal } from "@angular/core";
import { connect } from "wamp-mux";
import type { Session, SessionStatus } from "wamp-mux";
import { options } from "./options";

/** A session that is left with its provider: a component, or the application. */
@Injectable()
export class Wamp {
  readonly session = signal<Session | undefined>(undefined);
  readonly status = signal<SessionStatus | undefined>(undefined);
  readonly failure = signal<unknown>(undefined);
  #connecting: Promise<Session> | undefined;

  constructor() {
    // In the browser only, not on the server.
    afterNextRender(() => {
      this.#connecting = connect(options);
      this.#connecting.then(
        (session) => {
          this.session.set(session);
          this.status.set(session.status);
          session.on("status", (status) => this.status.set(status));
          session.ready.catch((error: unknown) => this.failure.set(error));
        },
        (error: unknown) => this.failure.set(error),
      );
    });
    inject(DestroyRef).onDestroy(() => {
      this.#connecting?.then((session) => session.leave()).catch(() => {});
    });
  }
}
