/**
 * Stops a server after its use.
 *
 * @template T
 * @param {Promise<import("../static-server.mjs").StaticServer>} starting
 * @param {(url: string) => Promise<T>} use
 */
export async function withServer(starting, use) {
  const { url, stop } = await starting;
  try {
    return await use(url);
  } finally {
    await stop();
  }
}
