import type { Codecs } from "../../codec/codecs.js";
import type { Decoded } from "../../codec/serializer.js";
import { transcode } from "../../codec/transcode.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { EventRun, Notice } from "../../contract/notices.js";
import { serializerName } from "../../contract/session-rules.js";
import type { Payload, SerializerName } from "../../protocol/payload.js";

/**
 * Transcodes for one tab, into JSON, the payloads of serializers whose files its page cannot load. A payload that JSON cannot carry stays as
 * it is: the page reports that it cannot be decoded.
 */
export class TabReader {
  readonly #codecs: Codecs;
  readonly #unreadable: Set<SerializerName>;

  constructor(codecs: Codecs, unreadable: readonly SerializerName[] = []) {
    this.#codecs = codecs;
    this.#unreadable = new Set(unreadable);
  }

  /**
   * Transcodes notices that the page has got but cannot read, and from now on all others that use the serializer. Returns what each of them
   * has become. Throws for values that are no notices: they come from a page.
   */
  readGiven(serializer: SerializerName, notices: readonly Notice[]): readonly (readonly Notice[])[] {
    if (!serializerName.accepts(serializer)) throw new TypeError(`serializer: ${serializerName.expected}`);
    this.#unreadable.add(serializer);
    return notices.map((notice) => {
      if (notice.kind === "events" && !(notice.payloads.ends instanceof Uint32Array))
        throw new TypeError("payloads.ends: a Uint32Array");
      return this.#read(notice);
    });
  }

  /** Returns notices as the page can read them; the events of a run then become notices of their own. */
  readAll(notices: readonly Notice[]): readonly Notice[] {
    // Almost every page can read everything.
    return this.#unreadable.size === 0 ? notices : notices.flatMap((notice) => this.#read(notice));
  }

  #read(notice: Notice): readonly Notice[] {
    if (notice.kind === "events")
      return this.#unreadable.has(notice.payloads.serializer) ? this.#readRun(notice) : [notice];
    if ("payload" in notice) return [{ ...notice, payload: this.#readPayload(notice.payload) }];
    return "error" in notice ? [{ ...notice, error: this.#readError(notice.error) }] : [notice];
  }

  #readPayload(payload: Payload): Payload {
    if (!this.#unreadable.has(payload.serializer)) return payload;
    try {
      return transcode(payload, this.#codecs.get(payload.serializer), this.#codecs.get("json"));
    } catch {
      return payload;
    }
  }

  #readRun({ targets, publications, details, payloads }: EventRun): readonly Notice[] {
    const { serializer } = payloads;
    const [shared] = targets;
    return this.#codecs
      .get(serializer)
      .decodeJoined(payloads)
      .map((decoded, index) => ({
        kind: "event",
        target: (targets.length === 1 ? shared : targets[index]) ?? [],
        publication: publications[index] ?? 0,
        details: details[index] ?? {},
        payload: this.#inJson(decoded) ?? { serializer, count: 1, data: new Uint8Array() },
      }));
  }

  /** Returns undefined for arguments that could not be decoded, and for those that JSON cannot carry. */
  #inJson({ args, kwargs }: Decoded): Payload | undefined {
    if (args === undefined) return undefined;
    try {
      return this.#codecs.get("json").encodePayload(args, kwargs);
    } catch {
      return undefined;
    }
  }

  #readError(error: ErrorRecord): ErrorRecord {
    const cause = error.cause && { cause: this.#readError(error.cause) };
    if (error.name !== "WampError" || error.payload === undefined) return { ...error, ...cause };
    return { ...error, ...cause, payload: this.#readPayload(error.payload) };
  }
}
