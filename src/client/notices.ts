import type { Notice } from "../contract/notices.js";

type Kind = Notice["kind"];
/** What is done with each kind of notice. */
export type NoticeHandlers = { readonly [K in Kind]: (notice: Extract<Notice, { readonly kind: K }>) => void };

/**
 * Dispatches what the hub delivers, in order. After a notice that settles a subscribe or register the rest waits for a task:
 * otherwise a handler could be called before the application has the handle that it uses in there.
 */
export class Notices {
  #waiting: Notice[] = [];
  #paused = false;
  readonly #handlers: NoticeHandlers;
  readonly #defer: (task: () => void) => void;

  constructor(handlers: NoticeHandlers, defer: (task: () => void) => void) {
    this.#handlers = handlers;
    this.#defer = defer;
  }
}
