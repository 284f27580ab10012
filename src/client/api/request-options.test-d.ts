import type { OptionedRequest, PublicOptions } from "../../contract/request-options.js";
import type {
  CallOptions,
  PublishOptions,
  RegisterOptions,
  RequestOptions,
  SubscribeOptions,
} from "./request-options.js";

// Ties the public option interfaces to the contract's table, which the client's checks and the hub read: an option that is missing in
// one of them, or has another type there, does not compile.

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

interface Options {
  readonly call: CallOptions;
  readonly publish: PublishOptions;
  readonly subscribe: SubscribeOptions;
  readonly register: RegisterOptions;
}

/** The public options that are not WAMP options, and so not in the table. */
type Own = keyof RequestOptions | "kwargs" | "sendTab" | "cancelMode" | "onGap" | "onStored";

type WampOptions<Kind extends OptionedRequest> = {
  readonly [Name in keyof Options[Kind] as Exclude<Name, Own>]: Options[Kind][Name];
};

/** True for each request whose public options are exactly those of the table. */
export const agree: { readonly [Kind in OptionedRequest]: Equal<WampOptions<Kind>, PublicOptions<Kind>> } = {
  call: true,
  publish: true,
  subscribe: true,
  register: true,
};

interface Misspelt {
  readonly match?: "exact" | "prefix" | "wildcard" | undefined;
  readonly getRetaind?: boolean | undefined;
}
interface Mistyped {
  readonly match?: string | undefined;
  readonly getRetained?: boolean | undefined;
}
// @ts-expect-error -- the table has another name
export const misspelt: Equal<Misspelt, PublicOptions<"subscribe">> = true;
// @ts-expect-error -- the table has another type
export const mistyped: Equal<Mistyped, PublicOptions<"subscribe">> = true;
