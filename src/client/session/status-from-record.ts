import type { ErrorRecord } from "../../contract/errors.js";
import type { StatusRecord } from "../../contract/status.js";
import type { SessionStatus, StatusBase } from "../api/status.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** Returns the public status for a status record from the hub. */
export function statusFromRecord(
  record: StatusRecord,
  base: StatusBase,
  errorFromRecord: (record: ErrorRecord) => WampMuxError,
): SessionStatus {
  switch (record.state) {
    case "connecting":
    case "authenticating":
      return { ...base, ...record };
    case "online": {
      const { authid, authrole } = record.details;
      return {
        ...base,
        ...record,
        ...(typeof authid === "string" && { authid }),
        ...(typeof authrole === "string" && { authrole }),
      };
    }
    case "waiting":
    case "offline":
      return { ...base, ...record, reason: errorFromRecord(record.reason) };
    case "closed":
      return {
        ...base,
        state: "closed",
        reason: {
          kind: record.isLogout === true ? "logged-out" : "closed",
          error: errorFromRecord(record.reason),
        },
      };
  }
}
