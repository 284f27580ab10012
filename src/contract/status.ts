import type { Dict } from "../protocol/dict.js";
import type { SerializerName } from "../protocol/payload.js";
import type { ErrorRecord } from "./errors.js";

/** The session as the hub sees it, told to every tab of it at each change. */
export type StatusRecord =
  | { readonly state: "connecting"; readonly attempt: number; readonly url: string }
  | {
      readonly state: "online";
      /** The WAMP session id. */
      readonly session: number;
      readonly url: string;
      readonly serializer: SerializerName;
      /** The details of WELCOME: roles and features, authid, authrole, authmethod, … */
      readonly details: Dict;
    }
  | {
      readonly state: "waiting";
      readonly attempt: number;
      /** Milliseconds since the epoch. */
      readonly retryAt: number;
      readonly reason: ErrorRecord;
    }
  | { readonly state: "closed"; readonly reason: ErrorRecord };

/** Where the data is kept with which a session can be resumed: in memory it is lost with the worker. */
export type StorageStatus =
  | {
      /** IndexedDB. */
      readonly kind: "indexeddb";
    }
  | {
      /** Memory only. */
      readonly kind: "memory";
      /** Why IndexedDB is not used. */
      readonly reason: string;
    };
