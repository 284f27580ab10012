import type { Dict } from "../protocol/dict.js";
import type { SerializerName } from "../protocol/payload.js";
import type { ErrorRecord } from "./errors.js";

/** The state of a session. The hub sends it to all tabs of the session at each change. */
export type StatusRecord =
  | { readonly state: "connecting"; readonly attempt: number; readonly url: string }
  | {
      /** An application is asked for something that it has not given yet. */
      readonly state: "authenticating";
      readonly attempt: number;
      readonly url: string;
      readonly asked: "secret" | "signature";
      /** The authentication method. */
      readonly method: string;
    }
  | {
      readonly state: "online";
      /** The WAMP session id. */
      readonly session: number;
      readonly url: string;
      readonly serializer: SerializerName;
      /** The details of WELCOME: roles and features, authid, authrole, authmethod, … */
      readonly details: Dict;
      /** Milliseconds that the router's last answer took. Tabs are told of a change at a slow pace, and only of one that is noticeable. */
      readonly roundTrip: number;
    }
  | {
      readonly state: "waiting";
      readonly attempt: number;
      /** The time of the next attempt, in milliseconds since the epoch. */
      readonly retryAt: number;
      readonly reason: ErrorRecord;
    }
  | {
      /** The browser has no network, and the next attempt is made when it has one. */
      readonly state: "offline";
      readonly attempt: number;
      readonly reason: ErrorRecord;
    }
  | {
      readonly state: "closed";
      readonly reason: ErrorRecord;
      /** Set if a tab has logged out. */
      readonly isLogout?: true;
    };

/** The storage of the data needed to resume a session; data in memory is lost with the worker. */
export type StorageStatus =
  | {
      /** IndexedDB. */
      readonly kind: "indexeddb";
    }
  | {
      /** Memory only. */
      readonly kind: "memory";
      /** The reason why IndexedDB is not used. */
      readonly reason: string;
    };
