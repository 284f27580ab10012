import type { EncodedPayload, LazyOption } from "../api/encoded-payload.js";
import { isPlainObject } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";

/**
 * Takes the option `lazy` out of the options of a method that has it: it does not concern the hub. Throws `InvalidArgumentError`.
 * @param method the public method, for the error's message
 */
export function takeLazy<Options extends object>(
  { coder }: TabContext,
  method: string,
  given: OptionsArguments<Options>,
): { readonly isLazy: boolean; readonly given: OptionsArguments<Options> } {
  const [all, ...extra] = given;
  if (!isPlainObject(all) || !("lazy" in all)) return { isLazy: false, given };
  const { lazy: isLazy = false, ...options } = all as Partial<LazyOption>;
  const where = `${method}: options.lazy`;
  if (typeof isLazy !== "boolean") throw invalid(where, isLazy, "a boolean");
  if (isLazy && coder.opensPayloads)
    throw invalid(where, isLazy, "none in a session with passthru, which reads the payloads itself", "true");
  return { isLazy, given: [options as Options, ...extra] };
}

/** Adds a payload to what is passed to the application, and its arguments, which are decoded when they are used. */
export function withLazyPayload<Rest extends object>(
  rest: Rest,
  payload: EncodedPayload,
): Rest & Pick<EncodedPayload, "args" | "kwargs"> & { readonly payload: EncodedPayload } {
  return {
    ...rest,
    payload,
    get args() {
      return payload.args;
    },
    get kwargs() {
      return payload.kwargs;
    },
  };
}
