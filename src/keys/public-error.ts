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
    if (obstacle.name === "KeyError") throw new KeyError(message, { ...obstacle.fields, cause });
    if (obstacle.name === "UnsupportedError")
      throw new UnsupportedError(message, { ...obstacle.fields, cause });
    throw error;
  }
}
