import { DestroyRef, Injectable, inject, signal } from "@angular/core";
import { connect } from "wamp-mux";
import type { EventHandler, Session, SessionStatus } from "wamp-mux";

/** A session that is left with the injector which provides it: that of a component, or of the application. */
@Injectable()
export class Wamp {
  readonly session = signal<Session | undefined>(undefined);
  readonly status = signal<SessionStatus | undefined>(undefined);
  readonly failure = signal<unknown>(undefined);
  readonly #connecting = connect({
    url: new URLSearchParams(location.search).get("router") ?? "",
    realm: "realm1",
    // Copied by `npx wamp-mux worker public/`, since the Angular CLI does not build workers of packages.
    workerUrl: "/worker.js",
  });

  constructor() {
    this.#connecting.then(
      (session) => {
        this.session.set(session);
        this.status.set(session.status);
        session.on("status", (status) => this.status.set(status));
      },
      (error: unknown) => this.failure.set(error),
    );
    inject(DestroyRef).onDestroy(() =>
      this.#connecting.then(
        (session) => session.leave(),
        () => {},
      ),
    );
  }

  /** Subscribes until `destroyRef` is destroyed. */
  async subscribe(topic: string, handler: EventHandler, destroyRef: DestroyRef): Promise<void> {
    const session = await this.#connecting;
    if (destroyRef.destroyed) return;
    const subscription = await session.subscribe(topic, handler);
    if (destroyRef.destroyed) await subscription.unsubscribe();
    else destroyRef.onDestroy(() => subscription.unsubscribe());
  }
}
