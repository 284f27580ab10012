/**
 * Where the application asked for something, so that an error that comes back from the worker points there instead of at
 * the code that happened to receive it.
 */
export class CallSite {
  readonly #trace = new Error();

  /** Gives the error the stack of this place. */
  mark<E extends Error>(error: E): E {
    const { stack } = this.#trace;
    if (stack === undefined) return error;
    // V8 begins a stack with the error's name and message, the other engines do not.
    const frames = /^ {4}at /m.exec(stack);
    error.stack = frames === null ? stack : `${error.name}: ${error.message}\n${stack.slice(frames.index)}`;
    return error;
  }
}
