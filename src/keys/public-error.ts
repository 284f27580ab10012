import { ObstacleError } from "../auth/obstacle.js";
import { KeyError } from "../client/errors/session-errors.js";
import { UnsupportedError } from "../client/errors/worker-errors.js";

/** Settles as an operation does; rejects with the public error for an obstacle. */
export async function withPublicErrors<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof ObstacleError)) throw error;
    const { obstacle, message, cause } = error;
    throw obstacle.name === "KeyError"
      ? new KeyError(message, { ...obstacle.fields, cause })
      : new UnsupportedError(message, { ...obstacle.fields, cause });
  }
}
