import type { Dict } from "../protocol/dict.js";
import type { PublicationId, WireRequestId } from "../protocol/ids.js";
import type { RouterMessage } from "../protocol/messages.js";
import type { Payload } from "../protocol/payload.js";
import { createCodecs } from "../codec/codecs.js";
import { serializers } from "../codec/serializers.js";
import { transcode } from "../codec/transcode.js";
import type { RouterCore } from "../router/core/router-core.js";
import type { RouterSession } from "../router/core/router-session.js";
import { subprotocolFor } from "./subprotocol-for.js";

/** The session of another client of the router, which publishes and calls. */
export class ForeignSession {
  #lastRequest = 0;
  #answer: RouterMessage | undefined;
  readonly #session: RouterSession;

  /** Joins with the given serializer, so that the payloads pass through the router as the test created them. */
  constructor(core: RouterCore, realm: string, serializer: Payload["serializer"]) {
    const codecs = createCodecs(serializers);
    const own = codecs.get(serializer);
    this.#session = core.accept({
      subprotocol: subprotocolFor(serializer),
      serializer: own,
      convert: (payload) => transcode(payload, codecs.get(payload.serializer), own),
      send: (message) => {
        this.#answer = message;
      },
      close: () => undefined,
    });
    this.#session.received({ type: "HELLO", realm, details: { roles: { publisher: {}, caller: {} } } });
  }

  publish(topic: string, payload: Payload, retain: boolean): PublicationId {
    const options = { acknowledge: true, ...(retain && { retain }) };
    this.#session.received({ type: "PUBLISH", request: this.#nextRequest(), options, topic, payload });
    if (this.#answer?.type !== "PUBLISHED") throw new Error(`${topic} was not published`);
    return this.#answer.publication;
  }

  /** Returns the id of the CALL. */
  call(procedure: string, payload: Payload, options: Dict): WireRequestId {
    const request = this.#nextRequest();
    this.#session.received({ type: "CALL", request, options, procedure, payload });
    return request;
  }

  cancel(request: WireRequestId, options: Dict): void {
    this.#session.received({ type: "CANCEL", request, options });
  }

  #nextRequest(): WireRequestId {
    return ++this.#lastRequest as WireRequestId;
  }
}
