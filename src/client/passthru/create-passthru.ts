import type { Clock } from "../../web/clock.js";
import type { Passthru, PassthruMessage, PassthruOptions, PayloadArguments } from "../api/passthru.js";
import { EncryptionError } from "../errors/encryption-error.js";
import { InvalidArgumentError } from "../errors/argument-errors.js";
import { argumentsIn } from "./cbor-content.js";
import { createEncryption, notEncrypted, refused, SCHEME } from "./encryption.js";
import type { EncryptionOptions, PassthruConfig, PayloadScheme } from "./passthru-config.js";
import { isStrict, mistakeIn } from "./encryption-rules.js";
import { openNotice } from "./open-notice.js";
import type { Opener } from "./open-notice.js";

/** URIs of errors that the router itself answers with, which it cannot encrypt. */
const ROUTERS_ERROR = "wamp.error.";

/** Creates the maker and reader of payloads on a clock. */
export function passthruOn(clock: Clock, { schemes = {}, encryption: options }: PassthruConfig): Passthru {
  check(schemes, options);
  const own = new Map(Object.entries(schemes));
  const encryption = options && createEncryption(options, clock);

  const open: Opener = (message, received) => {
    const rule = encryption?.ruleFor(message, "receive");
    const isRequired = isStrict(rule);
    const { ppt_scheme: scheme } = message.details;
    if (encryption !== undefined && scheme === SCHEME) return encryption.open(message, received, isRequired);
    if (isRequired && message.error?.startsWith(ROUTERS_ERROR) !== true)
      return refused(message, notEncrypted());
    const codec = typeof scheme === "string" ? own.get(scheme) : undefined;
    return codec && decoded(codec, received);
  };

  return {
    seal(message, content) {
      const rule = encryption?.ruleFor(message, "send");
      const { scheme, isGiven } = schemeToSend(message);
      if (rule !== undefined && isGiven && scheme !== SCHEME) throw conflict(message, scheme);
      if (encryption !== undefined && (rule !== undefined || scheme === SCHEME))
        return encryption.seal(message, content, rule);
      const codec = own.get(scheme ?? "");
      if (codec === undefined) return undefined;
      const { serializer } = codec;
      return Promise.resolve({
        payload: codec.encode(content),
        options: {
          ...withAttributes(message.options),
          pptScheme: scheme,
          ...(serializer !== undefined && { pptSerializer: serializer }),
        },
      });
    },

    open: (notice, host) => openNotice(open, notice, host),
  };
}

/** Returns the attributes among the options of a request. */
function withAttributes({ pptCipher, pptKeyid, pptSerializer }: PassthruOptions): PassthruOptions {
  return {
    ...(pptCipher !== undefined && { pptCipher }),
    ...(pptKeyid !== undefined && { pptKeyid }),
    ...(pptSerializer !== undefined && { pptSerializer }),
  };
}

/** Returns the scheme that the request names, or that of the call which an answer is for: an encrypted call has an encrypted answer. */
function schemeToSend({ options: { pptScheme: given }, details: { ppt_scheme: asked } }: PassthruMessage) {
  return { scheme: given ?? (typeof asked === "string" ? asked : undefined), isGiven: given !== undefined };
}

async function decoded(codec: PayloadScheme, received: () => PayloadArguments): Promise<PayloadArguments> {
  const { args, kwargs } = received();
  const [bytes] = args;
  if (args.length !== 1 || !(bytes instanceof Uint8Array) || Object.keys(kwargs).length > 0)
    throw new Error("the payload is not one binary argument");
  const read = await Promise.resolve(codec.decode(bytes));
  // A peer may have sent anything, and the function may pass it on as it is.
  return argumentsIn(read, "decode() of its scheme returned no object with args and kwargs");
}

function conflict({ content, uri }: PassthruMessage, scheme: string | undefined): EncryptionError {
  const message = `A rule requires the scheme ${SCHEME}, not ${scheme}: ${content} of ${uri}`;
  return new EncryptionError(message, { reason: "conflict" });
}

function check(
  schemes: NonNullable<PassthruConfig["schemes"]>,
  encryption: EncryptionOptions | undefined,
): void {
  const wrong = Object.keys(schemes).find((name) => !/^x_[a-z0-9_]+$/.test(name));
  if (wrong !== undefined) throw invalid("schemes", wrong, 'names such as "x_name"');
  for (const [name, scheme] of Object.entries(schemes)) {
    const { encode, decode } = Object(scheme) as Partial<PayloadScheme>;
    if (typeof encode !== "function" || typeof decode !== "function")
      throw invalid(`schemes.${name}`, typeof scheme, "an object with the functions encode() and decode()");
  }
  if (encryption === undefined) return;
  const { rules, keys, timeout = 1 } = encryption as Partial<EncryptionOptions>;
  if (!Array.isArray(rules)) throw invalid("encryption.rules", typeof rules, "an array");
  rules.forEach(checkRule);
  if (typeof keys?.toEncrypt !== "function" || typeof keys.toDecrypt !== "function")
    throw invalid("encryption.keys", typeof keys, "an object with toEncrypt() and toDecrypt()");
  if (!Number.isSafeInteger(timeout) || timeout < 1)
    throw invalid("encryption.timeout", String(timeout), "milliseconds: an integer, 1 or more");
}

/** A mistake in a rule could be one that nothing matches, and then nothing would be encrypted. */
function checkRule(rule: unknown, index: number): void {
  const mistake = mistakeIn(rule);
  if (mistake !== undefined) throw invalid(`encryption.rules[${index}]`, ...mistake);
}

function invalid(place: string, value: string, expected: string): InvalidArgumentError {
  const message = `createPassthru(): options.${place} is ${value}, expected ${expected}`;
  return new InvalidArgumentError(message, { value, expected });
}
