/**
 * Lets a handler name narrower types than `unknown` for arguments that the API's type does not describe: as the parameters of a method, its
 * own are then compared in both directions. Where the type describes the arguments, the handler must agree with it.
 */
export type Annotatable<
  Args extends readonly unknown[],
  Handler extends (...parameters: never[]) => unknown,
> = readonly unknown[] extends Args
  ? { handle(...parameters: Parameters<Handler>): ReturnType<Handler> }["handle"]
  : Handler;
