import type { Arguments, Decoded } from "../../codec/serializer.js";
import type { RequestId } from "../../contract/ids.js";
import type { EventTarget, Notice } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { JoinedPayloads, Payload } from "../../protocol/payload.js";
import type {
  Matched,
  PassthruHost,
  PassthruMessage,
  PayloadArguments,
  PayloadContent,
} from "../api/passthru.js";

/** Reads the payload of one message, as `Passthru.open` does. Throws, or rejects, if it must not be used. */
export type Opener = (
  message: PassthruMessage,
  received: () => PayloadArguments,
) => Promise<PayloadArguments> | undefined;

/** Reads the payloads of a notice. Returns undefined if it may be dispatched at once; never throws or rejects. */
export function openNotice(open: Opener, notice: Notice, host: PassthruHost): Promise<void> | undefined {
  switch (notice.kind) {
    case "events": {
      const { targets, details, payloads } = notice;
      const { length } = payloads.ends;
      const events = Array.from({ length }, (_, index) =>
        event(targets[targets.length === 1 ? 0 : index], details[index] ?? {}, host),
      );
      return opened(open, payloads, events, host);
    }
    case "event":
      return opened(open, notice.payload, [event(notice.target, notice.details, host)], host);
    case "invocation": {
      const { details, payload } = notice;
      const registered = host.registered(notice.registration);
      return opened(open, payload, [received("call", registered, details, details["procedure"])], host);
    }
    case "result": {
      const { details, payload } = notice;
      return opened(open, payload, [received("result", called(notice.request, host), details)], host);
    }
    case "rejected": {
      const { error, request } = notice;
      if (error.name !== "WampError" || error.payload === undefined) return undefined;
      const { uri, details } = error.fields;
      const message = received("error", called(request, host), details);
      return opened(open, error.payload, [message && { ...message, error: uri }], host);
    }
    default:
      return undefined;
  }
}

function opened(
  open: Opener,
  payload: Payload | JoinedPayloads,
  messages: readonly (PassthruMessage | undefined)[],
  host: PassthruHost,
): Promise<void> | undefined {
  if (host.opened.has(payload)) return undefined;
  let all: readonly Decoded[] | undefined;
  const decoded = (index: number): Decoded => {
    all ??= "ends" in payload ? host.decodeJoined(payload) : [host.tryDecode(payload)];
    return all[index] ?? { failure: new Error("a payload is missing") };
  };
  const openings = messages.map((message, index) => {
    try {
      return message && open(message, () => argumentsOf(decoded(index)))?.catch(failed);
    } catch (failure) {
      return Promise.resolve(failed(failure));
    }
  });
  if (openings.every((opening) => opening === undefined)) return undefined;
  return Promise.all(openings.map(async (opening, index) => (await opening) ?? decoded(index))).then(
    (read) => void host.opened.set(payload, read),
  );
}

const failed = (failure: unknown): Decoded => ({ failure });

function argumentsOf(decoded: Decoded): Arguments {
  if (decoded.args === undefined) throw decoded.failure;
  return decoded;
}

function called(request: RequestId, host: PassthruHost): Matched | undefined {
  const uri = host.procedureOf(request);
  return uri === undefined ? undefined : { uri, match: "exact" };
}

/** The subscriptions of one event are all for the same topic or pattern. */
function event(
  target: EventTarget | undefined,
  details: Dict,
  host: PassthruHost,
): PassthruMessage | undefined {
  const [first] = [target].flat();
  const subscribed = first === undefined ? undefined : host.subscribed(first);
  return received("event", subscribed, details, details["topic"]);
}

/**
 * Returns the message of a notice, unless its receiver is gone.
 * @param asked the request, the subscription or the registration that it is for
 * @param named the topic or procedure that matched a pattern, as the router names it
 */
function received(
  content: PayloadContent,
  asked: Matched | undefined,
  details: Dict,
  named?: unknown,
): PassthruMessage | undefined {
  if (asked === undefined) return undefined;
  const { uri: pattern, match } = asked;
  // Otherwise the router could choose the rule, and the key.
  const uri = match !== "exact" && typeof named === "string" ? named : pattern;
  return { content, uri, pattern, options: {}, details };
}
