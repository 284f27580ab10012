/**
 * Lets a handler name narrower types than `unknown` for arguments that the API's type does not describe: as the parameters of a method, its
 * own are then compared in both directions. Where the type describes the arguments, the handler must agree with it.
 *
 * @typeParam Args the positional arguments, as the API's type has them
 * @typeParam Handler the function that gets them
 */
export type Annotatable<
  Args extends readonly unknown[],
  Handler extends (...parameters: never[]) => unknown,
> = readonly unknown[] extends Args
  ? {
      /** Handles a message; a method only for the sake of the comparison. */
      handle(...parameters: Parameters<Handler>): ReturnType<Handler>;
    }["handle"]
  : Handler;
