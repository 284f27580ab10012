import { keyFromHalves, keyFromSeed } from "../auth/ed25519.js";
import { bytesToHex } from "../auth/hex.js";
import { ObstacleError, unusableKey } from "../auth/obstacle.js";
import type { ReadKey } from "./read/read-key.js";
import type { SigningKey } from "./signing-key.js";

/** Loads the computation of public keys. Rejects if its file cannot be loaded. */
export type LoadComputation = () => Promise<{ readonly publicKeyOf: (seed: Uint8Array) => Uint8Array }>;

/**
 * Gives a key to the browser. WebKitGTK refuses a seed that begins with a zero byte
 * (https://bugs.webkit.org/show_bug.cgi?id=307095), but takes it together with its public key. Throws a `RangeError` if the file
 * names another public key.
 */
export async function keyOf({ seed, publicKey }: ReadKey, load: LoadComputation): Promise<SigningKey> {
  const key = await keyFromSeed(seed).catch((error: unknown) => {
    if (isRefusal(error)) return keyWithPublicHalf(seed, publicKey, () => computed(seed, load, error));
    throw error;
  });
  if (key.publicKey !== (publicKey ?? key.publicKey)) throw new RangeError("the public key is another one");
  return key;
}

/** Returns the key with the public half that its file names; with the computed one if there is none, or the browser refuses that. */
async function keyWithPublicHalf(
  seed: Uint8Array,
  named: string | undefined,
  compute: () => Promise<string>,
): Promise<SigningKey> {
  const key = named === undefined ? undefined : await keyFromHalves(seed, named).catch(() => undefined);
  return key ?? (await keyFromHalves(seed, await compute()));
}

/** Computes the public key, which no browser reveals for a seed that it refuses. */
async function computed(seed: Uint8Array, load: LoadComputation, refusal: ObstacleError): Promise<string> {
  const { publicKeyOf } = await load().catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusableKey(
      "refused",
      `${refusal.message}, and public-key.js, which would help, could not be loaded: ${why}`,
      cause,
    );
  });
  return bytesToHex(publicKeyOf(seed));
}

function isRefusal(error: unknown): error is ObstacleError {
  return error instanceof ObstacleError && error.obstacle.name === "KeyError";
}
