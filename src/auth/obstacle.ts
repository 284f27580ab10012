import type { HubErrors, KeyErrorReason } from "../contract/errors.js";

/** A reason for which this browser cannot take part in an exchange, whatever the router and whenever: an error of the contract. */
export type Obstacle = {
  readonly [Name in "KeyError" | "UnsupportedError"]: {
    readonly name: Name;
    readonly fields: HubErrors[Name];
  };
}["KeyError" | "UnsupportedError"];

/** Ends an exchange for a reason that another attempt would meet again. The message must not quote a secret. */
export class ObstacleError extends Error {
  readonly obstacle: Obstacle;

  constructor(message: string, obstacle: Obstacle, options?: ErrorOptions) {
    super(message, options);
    this.obstacle = obstacle;
  }
}

export function unusableKey(reason: KeyErrorReason, message: string, cause?: unknown): ObstacleError {
  return new ObstacleError(message, { name: "KeyError", fields: { reason } }, { cause });
}

/** @param missing the name of the feature that the browser lacks */
export function unsupported(missing: string, message: string, cause?: unknown): ObstacleError {
  return new ObstacleError(message, { name: "UnsupportedError", fields: { missing: [missing] } }, { cause });
}
