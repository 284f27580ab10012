import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

const NAME = "wamp-mux-router";

/** The cookies by which browsers are known again. */
export class Cookies {
  readonly #given = new WeakMap<IncomingMessage, string>();

  /** Returns the cookie that the browser has sent with its handshake, or gives it a new one. */
  of(request: IncomingMessage): string {
    const sent = new RegExp(`(?:^|; ?)${NAME}=([\\da-f-]{36})`).exec(request.headers.cookie ?? "")?.[1];
    if (sent !== undefined) return sent;
    const cookie = randomUUID();
    this.#given.set(request, cookie);
    return cookie;
  }

  /** Returns the header lines that give the browser its new cookie. */
  headers(request: IncomingMessage): string[] {
    const cookie = this.#given.get(request);
    return cookie === undefined ? [] : [`Set-Cookie: ${NAME}=${cookie}; Path=/; HttpOnly; SameSite=Lax`];
  }
}
