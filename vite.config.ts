import { defineConfig, type EnvironmentOptions, type Plugin } from "vite";

/** One file of the package. It is self-contained but for `ws` and the files that are loaded when they are needed. */
function packageFile(name: string, entry: string, consumer: "client" | "server"): EnvironmentOptions {
  return {
    consumer,
    resolve: consumer === "server" ? { noExternal: true, external: ["ws"] } : {},
    build: {
      lib: { entry, formats: ["es"] },
      target: consumer === "server" ? "node20" : "es2022",
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: `${name}.js`, codeSplitting: false } },
    },
  };
}

/**
 * The comment keeps this build from resolving `new URL("./worker.js", import.meta.url)`. It must not reach the
 * package: there the application's bundler has to find the worker.
 */
const stripViteIgnore: Plugin = {
  name: "strip-vite-ignore",
  renderChunk: (code) => ({ code: code.replace(/\/\* @vite-ignore \*\/\s*(?="\.\/)/g, ""), map: null }),
};

/** The client loads its MessagePack when the session speaks it: in the package that is a file beside it. */
const msgpackBeside: Plugin = {
  name: "msgpack-beside",
  enforce: "pre",
  applyToEnvironment: ({ name }) => name === "client",
  resolveId: (source) =>
    source.endsWith("/msgpack-payload.js") ? { id: "./msgpack.js", external: true } : undefined,
};

/** The command loads the router for its subcommand only: in the package that is a file beside it. */
const routerBeside: Plugin = {
  name: "router-beside",
  enforce: "pre",
  applyToEnvironment: ({ name }) => name === "cli",
  resolveId: (source) =>
    source.endsWith("/router/index.js") ? { id: "./router.js", external: true } : undefined,
};

/** What bundlers look for, to the letter, and what they copy as it is: a client or a worker that differs would fail at the users'. */
const checkFiles: Plugin = {
  name: "check-files",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue;
      const literals =
        file.code.split('new SharedWorker(new URL("./worker.js", import.meta.url), {').length - 1;
      if (file.fileName === "client.js" && literals !== 1) {
        this.error(`client.js must make its worker in one place, which bundlers find; there are ${literals}`);
      }
      if (
        file.fileName === "client.js" &&
        `${file.imports.join()}|${file.dynamicImports.join()}` !== "|./msgpack.js"
      ) {
        this.error("client.js must load msgpack.js, and that only when it is needed");
      }
      if (file.fileName === "cli.js" && file.dynamicImports.join() !== "./router.js") {
        this.error("cli.js must load router.js, and that only when it is needed");
      }
      if (file.fileName === "worker.js" && [...file.imports, ...file.dynamicImports].length > 0) {
        this.error("worker.js must be one file: some bundlers copy it and nothing else");
      }
    }
  },
};

export default defineConfig(({ command, mode }) => {
  // `vite` serves the demo, `vite build --mode demo` builds it.
  if (command === "serve" || mode === "demo") return { root: "demo" };
  // `vite build` builds the package.
  return {
    publicDir: false,
    plugins: [stripViteIgnore, msgpackBeside, routerBeside, checkFiles],
    // The application's own bundler minifies; until then the package can be read and debugged.
    build: { sourcemap: true, minify: false, reportCompressedSize: false },
    environments: {
      client: packageFile("client", "src/client/index.ts", "client"),
      msgpack: packageFile("msgpack", "src/codec/msgpack-payload.ts", "client"),
      worker: packageFile("worker", "src/worker/entry.ts", "client"),
      router: packageFile("router", "src/router/index.ts", "server"),
      cli: packageFile("cli", "src/cli/main.ts", "server"),
    },
    builder: {},
  };
});
