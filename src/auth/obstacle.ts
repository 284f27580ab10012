import type { HubErrors, KeyErrorReason } from "../contract/errors.js";

/** A reason for which this browser cannot take part in an exchange, whatever the router: an error of the contract. */
export type Obstacle = {
  readonly [Name in ObstacleName]: { readonly name: Name; readonly fields: HubErrors[Name] };
}[ObstacleName];
/** A connection is lost if the obstacle may pass. */
type ObstacleName = "KeyError" | "UnsupportedError" | "ConnectionLostError";

/** Ends an exchange because of an obstacle. The message must not quote a secret. */
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

/** The file of an algorithm could not be loaded: it may arrive the next time. */
export function notLoaded(algorithm: string, cause: unknown): ObstacleError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `the algorithm ${algorithm} could not be loaded: ${why}`;
  return new ObstacleError(message, { name: "ConnectionLostError", fields: {} }, { cause });
}
