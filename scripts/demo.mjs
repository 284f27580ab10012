// npm run demo -- [--router ws://…] [--realm realm1] [--port 5173] [--no-open]: builds the package and serves the demo.
// Only Node's own modules are imported at once: this also runs in a fresh clone.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, run } from "./tools.mjs";

const { values: options } = parseArgs({
  options: {
    router: { type: "string" },
    realm: { type: "string", default: "realm1" },
    port: { type: "string", default: "5173" },
    "no-open": { type: "boolean", default: false },
  },
});

/** @param {string} step */
function say(step) {
  console.log(`demo: ${step}`);
}

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
async function router() {
  if (options.router !== undefined) {
    say(`using the router ${options.router}`);
    return { url: options.router, stop: () => Promise.resolve() };
  }
  say("starting the development router");
  const { startRouter } = await import("wamp-mux/router");
  const started = await startRouter({ realms: [options.realm] });
  say(`the router listens on ${started.url} (realm ${options.realm}; for development only)`);
  return started;
}

/** @param {string} url of the router */
async function pages(url) {
  say("starting the web server");
  // Vite puts them into the pages.
  process.env["VITE_WAMP_ROUTER"] = url;
  process.env["VITE_WAMP_REALM"] = options.realm;
  const { createServer } = await import("vite");
  const server = await createServer({
    root: join(root, "demo"),
    configFile: join(root, "vite.config.ts"),
    logLevel: "warn",
    server: { port: Number(options.port) },
  });
  return server.listen();
}

function hasDesktop() {
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return [process.env["DISPLAY"], process.env["WAYLAND_DISPLAY"]].some((display) => display);
}

async function serve() {
  const { url, stop } = await router();
  const server = await pages(url).catch(async (/** @type {unknown} */ error) => {
    await stop();
    throw error;
  });

  const page = server.resolvedUrls?.local[0];
  say(`open ${page} in two tabs, or ${page}side-by-side.html (Ctrl-C stops)`);
  if (!options["no-open"] && hasDesktop()) server.openBrowser();

  const end = async () => {
    say("stopping");
    await Promise.all([server.close(), stop()]);
  };
  // A second Ctrl-C ends the process at once.
  process.once("SIGINT", () => void end());
}

say("installing what is missing");
if (!run(["scripts/setup.mjs"])) process.exit(1);
say("building the library");
if (!run(["vite", "build", "--logLevel", "warn"])) process.exit(1);
await serve();
