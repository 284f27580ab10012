import type { Codecs } from "../../codec/codecs.js";
import type { Dict } from "../../protocol/dict.js";
import { isKey, isPlainData, isPlainObject } from "../../contract/plain-data.js";
import type { ErrorMessage } from "../../protocol/messages.js";
import type { SerializerName } from "../../protocol/payload.js";
import { isPassthru, refusalOfPassthru } from "./passthru.js";

/**
 * Details of an ERROR that only routers write, and those that describe a payload which this package never sends. A handler has them
 * in its hands when it throws an error that it received itself, and Crossbar.io closes the socket over wrong ones.
 */
const ROUTERS_OWN = /^(callee|caller|publisher)(_authid|_authrole)?$|^forward_for$|^enc_/;

/** The attributes of a payload that the router does not look into, and whatever else may be named like them. */
const PASSTHRU = /^ppt_/;

/**
 * Returns the details that a handler may write, out of whatever it has put into its error: without those that cannot be carried, and
 * without the description of another payload, which an error has that was received and decoded.
 */
export function answerDetails(
  { details, payload }: Pick<ErrorMessage, "payload"> & { readonly details: unknown },
  serializer: SerializerName,
  codecs: Codecs,
): Dict {
  const own = plainDetails(details, serializer);
  const isMistaken = isPassthru(own) && refusalOfPassthru(own, payload, codecs) !== undefined;
  return isMistaken ? only(own, (name) => !PASSTHRU.test(name)) : own;
}

/** Returns the details that a handler may write, whatever the payload beside them is. */
export function plainDetails(details: unknown, serializer: SerializerName): Dict {
  if (typeof details !== "object" || details === null || !isPlainObject(details)) return {};
  const with64Bits = serializer === "msgpack" || serializer === "cbor";
  return only(
    details,
    (name, value) => isKey(name) && !ROUTERS_OWN.test(name) && isPlainData(value, with64Bits, 1),
  );
}

function only(details: Dict, keeps: (name: string, value: unknown) => boolean): Dict {
  return Object.fromEntries(Object.entries(details).filter(([name, value]) => keeps(name, value)));
}
