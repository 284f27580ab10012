/* global BroadcastChannel, addEventListener, console */
// Sends everything that a worker writes to its console, and its uncaught errors, to the pages of its origin.
const channel = new BroadcastChannel("console");
const print = (part) =>
  part instanceof Error ? `${part.stack} ${JSON.stringify({ ...part })}` : String(part);
for (const method of ["debug", "log", "info", "warn", "error"]) {
  console[method] = (...parts) => channel.postMessage(parts.map(print).join(" "));
}
addEventListener("error", ({ message }) => channel.postMessage(message));
addEventListener("unhandledrejection", ({ reason }) => channel.postMessage(print(reason)));
