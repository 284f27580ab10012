import type { Dict } from "../protocol/dict.js";
import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import type { InvocationId, RegistrationHandle, RequestId } from "./ids.js";
import type { EventRun, Notice } from "./notices.js";
import type { Durable } from "./outbox.js";
import type { OfflinePolicy } from "./request-options.js";
import type { TabRequest } from "./requests.js";

// The frequent messages of a batch cross the port as elements of one flat list, their kind before their fields, because cloning a list of
// plain values costs a fraction of cloning objects. All others are elements of that list as they are.

type PayloadFields = [serializer: Payload["serializer"], count: Payload["count"], data: Payload["data"]];

/** The fields of the frequent requests. */
interface RequestFields {
  readonly call: [
    request: RequestId,
    procedure: string,
    options: Dict,
    ...PayloadFields,
    timeout: number,
    offline: OfflinePolicy | Durable,
    given: Dict | undefined,
  ];
  readonly publish: [
    request: RequestId,
    topic: string,
    options: Dict,
    ...PayloadFields,
    timeout: number,
    offline: OfflinePolicy | Durable,
    given: Dict | undefined,
  ];
  readonly begun: [invocation: InvocationId];
  readonly yield: [invocation: InvocationId, progress: boolean, ...PayloadFields, options: Dict | undefined];
}

/** The fields of the frequent notices. */
interface NoticeFields {
  readonly result: [request: RequestId, progress: boolean, details: Dict, ...PayloadFields];
  readonly events: [
    targets: EventRun["targets"],
    publications: Float64Array,
    details: readonly Dict[],
    serializer: JoinedPayloads["serializer"],
    ends: Uint32Array,
    counts: Uint8Array,
    data: JoinedPayloads["data"],
  ];
  readonly invocation: [
    invocation: InvocationId,
    registration: RegistrationHandle,
    details: Dict,
    ...PayloadFields,
  ];
}

type Writers<Message, Fields> = {
  readonly [Kind in keyof Fields]: (message: Extract<Message, { readonly kind: Kind }>) => Fields[Kind];
};
/** Each has one parameter for each field. */
type Readers<Message, Fields extends { readonly [Kind in keyof Fields]: readonly unknown[] }> = {
  readonly [Kind in keyof Fields]: (...fields: Fields[Kind]) => Extract<Message, { readonly kind: Kind }>;
};

/** Writes a batch of a tab. */
export const packRequests = /* @__PURE__ */ packer<TabRequest>({
  call: ({ request, procedure, options, payload: { serializer, count, data }, timeout, offline, given }) => [
    request,
    procedure,
    options,
    serializer,
    count,
    data,
    timeout,
    offline,
    given,
  ],
  publish: ({ request, topic, options, payload: { serializer, count, data }, timeout, offline, given }) => [
    request,
    topic,
    options,
    serializer,
    count,
    data,
    timeout,
    offline,
    given,
  ],
  begun: ({ invocation }) => [invocation],
  yield: ({ invocation, progress, payload: { serializer, count, data }, options }) => [
    invocation,
    progress,
    serializer,
    count,
    data,
    options,
  ],
} satisfies Writers<TabRequest, RequestFields>);

/** Reads a batch of a tab. */
export const unpackRequests = /* @__PURE__ */ unpacker<TabRequest>({
  call: (request, procedure, options, serializer, count, data, timeout, offline, given) => ({
    kind: "call",
    request,
    procedure,
    options,
    payload: { serializer, count, data },
    timeout,
    offline,
    given,
  }),
  publish: (request, topic, options, serializer, count, data, timeout, offline, given) => ({
    kind: "publish",
    request,
    topic,
    options,
    payload: { serializer, count, data },
    timeout,
    offline,
    given,
  }),
  begun: (invocation) => ({ kind: "begun", invocation }),
  yield: (invocation, progress, serializer, count, data, options) => ({
    kind: "yield",
    invocation,
    progress,
    payload: { serializer, count, data },
    options,
  }),
} satisfies Readers<TabRequest, RequestFields>);

/** Writes a batch for a tab. */
export const packNotices = /* @__PURE__ */ packer<Notice>({
  result: ({ request, progress, details, payload: { serializer, count, data } }) => [
    request,
    progress,
    details,
    serializer,
    count,
    data,
  ],
  events: ({ targets, publications, details, payloads: { serializer, ends, counts, data } }) => [
    targets,
    publications,
    details,
    serializer,
    ends,
    counts,
    data,
  ],
  invocation: ({ invocation, registration, details, payload: { serializer, count, data } }) => [
    invocation,
    registration,
    details,
    serializer,
    count,
    data,
  ],
} satisfies Writers<Notice, NoticeFields>);

/** Reads a batch for a tab. */
export const unpackNotices = /* @__PURE__ */ unpacker<Notice>({
  result: (request, progress, details, serializer, count, data) => ({
    kind: "result",
    request,
    progress,
    details,
    payload: { serializer, count, data },
  }),
  events: (targets, publications, details, serializer, ends, counts, data) => ({
    kind: "events",
    targets,
    publications,
    details,
    payloads: { serializer, ends, counts, data },
  }),
  invocation: (invocation, registration, details, serializer, count, data) => ({
    kind: "invocation",
    invocation,
    registration,
    details,
    payload: { serializer, count, data },
  }),
} satisfies Readers<Notice, NoticeFields>);

/** Returns a function that writes a batch as a flat list. */
function packer<Message extends { readonly kind: string }>(
  writers: Readonly<Record<string, (message: never) => readonly unknown[]>>,
): (batch: readonly Message[]) => readonly unknown[] {
  return (batch) => {
    const flat: unknown[] = [];
    for (const message of batch) {
      const write = writers[message.kind];
      if (write === undefined) flat.push(message);
      else flat.push(message.kind, ...write(message as never));
    }
    return flat;
  };
}

/** Returns a function that reads a flat list. */
function unpacker<Message>(
  readers: Readonly<Record<string, (...fields: never) => unknown>>,
): (flat: readonly unknown[]) => readonly Message[] {
  // Not looked up in the object itself, which has other members, such as "constructor".
  const byKind = new Map<unknown, (...fields: never) => unknown>(Object.entries(readers));
  return (flat) => {
    const batch: unknown[] = [];
    for (let at = 0; at < flat.length;) {
      const first = flat[at++];
      const read = byKind.get(first);
      if (read === undefined) batch.push(first);
      else batch.push(read(...(flat.slice(at, (at += read.length)) as never)));
    }
    return batch as Message[];
  };
}
