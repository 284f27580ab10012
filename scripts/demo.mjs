// npm run demo -- [--router ws://…] [--realm realm1] [--port 5193] [--no-open]: builds the package and the demo and serves it.
// It imports other packages only after the set-up, since it also runs in a fresh clone.
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { run } from "./tools.mjs";

const { values: options } = parseArgs({
  options: {
    router: { type: "string" },
    realm: { type: "string", default: "realm1" },
    // Not Vite's: the demo's service worker stays at its origin, where the next project would be.
    port: { type: "string", default: "5193" },
    "no-open": { type: "boolean", default: false },
  },
});
if (options.router !== undefined && !/^wss?:\/\/./.test(options.router)) {
  throw new Error(`--router ${options.router}: it must be a URL that begins with ws:// or wss://`);
}

/** @param {string} step */
function say(step) {
  console.log(`demo: ${step}`);
}

function hasDesktop() {
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return [process.env["DISPLAY"], process.env["WAYLAND_DISPLAY"]].some((display) => display);
}

async function serve() {
  const { serveDemo } = await import("./demo/serve.mjs");
  const { router, realm } = options;
  const open = !options["no-open"] && hasDesktop();
  const demo = await serveDemo({ router, realm, port: Number(options.port), open });
  const kind = router === undefined ? "the development router" : "the router";
  say(`${kind} is ${demo.routerUrl}, the realm ${realm}`);
  say(`open ${demo.url} in two tabs, or ${demo.url}side-by-side.html (Ctrl-C stops)`);
  // A second Ctrl-C ends the process at once.
  process.once("SIGINT", () => {
    say("stopping");
    void demo.stop();
  });
}

say("installing what is missing");
if (!run(["scripts/setup.mjs"])) process.exit(1);
say("building the library and the demo");
if (!build("production") || !build("demo")) process.exit(1);
say("starting the router and the web server");
await serve();
