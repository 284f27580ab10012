/** Asks the demo's server to cut the connection to the router, and to refuse new ones for some seconds. */
export async function cut(): Promise<void> {
  const { ok, status } = await fetch("/cut-connection", { method: "POST" });
  if (!ok) throw new Error(`The demo's server did not cut the connection: HTTP status ${status}`);
}
