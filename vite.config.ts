import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serializerNames } from "./src/protocol/payload.js";
import { defineConfig, type EnvironmentOptions, type Plugin, type UserConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

/** Builds one self-contained file of the package; only `ws` and the files that the client loads on demand stay outside. */
function packageFile(
  name: string,
  entry: string,
  consumer: "client" | "server",
  sourcemap = true,
): EnvironmentOptions {
  return {
    consumer,
    resolve: consumer === "server" ? { noExternal: true, external: ["ws"] } : {},
    build: {
      lib: { entry, formats: ["es"] },
      target: consumer === "server" ? "node20" : "es2022",
      emptyOutDir: false,
      sourcemap,
      rolldownOptions: { output: { entryFileNames: `${name}.js`, codeSplitting: false } },
    },
  };
}

/**
 * Removes the comment that keeps this build from resolving `new URL("./worker.js", import.meta.url)`. In the package the
 * application's bundler has to resolve it.
 */
const stripViteIgnore: Plugin = {
  name: "strip-vite-ignore",
  renderChunk: (code) => ({ code: code.replace(/\/\* @vite-ignore \*\/\s*(?="\.\/)/g, ""), map: null }),
};

/** The serializers that are files of their own. */
const onDemandSerializers = serializerNames.filter((name) => name !== "json");

/**
 * Files beside the client, by their names in the source: the client loads a serializer when the session speaks it, and the diagnosis of a
 * worker that did not start when there is one.
 */
const clientFiles = {
  ...Object.fromEntries(onDemandSerializers.map((name) => [`${name}-payload`, `./${name}.js`])),
  diagnosis: "./diagnosis.js",
};

/** Files beside an entry that loads them on demand, by its name: a cipher that no browser has, and the computation of a public key. */
const filesBeside: Readonly<Record<string, string>> = {
  passthru: "./xsalsa20poly1305.js",
  keys: "./public-key.js",
};

/** Keeps these files out of the entries that load them. */
const besideEntries = Object.entries(filesBeside).map(([entry, file]): Plugin => ({
  name: `beside-${entry}`,
  enforce: "pre",
  applyToEnvironment: ({ name }) => name === entry,
  resolveId: (source) => (source.endsWith(file.slice(1)) ? { id: file, external: true } : undefined),
}));

/** Keeps these files out of the client. */
const besideClient: Plugin = {
  name: "beside-client",
  enforce: "pre",
  applyToEnvironment: ({ name }) => name === "client" || name === "clientInNode",
  resolveId: (source) => {
    const file = Object.entries(clientFiles).find(([name]) => source.endsWith(`/${name}.js`));
    return file === undefined ? undefined : { id: file[1], external: true };
  },
};

/**
 * Takes `import.meta` out of the client for Node: Jest turns it into CommonJS, where `import.meta` is a syntax error. Nothing is lost, since
 * no worker starts there.
 */
const withoutModuleUrl: Plugin = {
  name: "without-module-url",
  applyToEnvironment: ({ name }) => name === "clientInNode",
  renderChunk: (code) => ({ code: code.replaceAll("import.meta.url", "location.href"), map: null }),
};

/** Leaves the router out of the command, which loads it for its subcommand only: in the package it is a file beside it. */
const routerBeside: Plugin = {
  name: "router-beside",
  enforce: "pre",
  applyToEnvironment: ({ name }) => name === "cli",
  resolveId: (source) =>
    source.endsWith("/router/index.js") ? { id: "./router.js", external: true } : undefined,
};

/** Builds a file with CBOR or MessagePack without the Buffer of Node: Parcel would install a replacement for it in the application. */
function withoutBuffer(file: EnvironmentOptions): EnvironmentOptions {
  return { ...file, define: { Buffer: "undefined", "globalThis.Buffer": "undefined" } };
}

/** Builds a file that workers load by its URL, minified: bundlers without support for workers, and `npx wamp-mux worker`, copy it as it is. */
function copiedFile(name: string, entry: string): EnvironmentOptions {
  const { build, ...rest } = packageFile(name, entry, "client");
  const { output } = build?.rolldownOptions ?? {};
  return {
    ...rest,
    build: { ...build, rolldownOptions: { output: { ...output, minify: true } } },
  };
}

const textCoding = fileURLToPath(new URL("src/double/text-coding.ts", import.meta.url));

/** Builds the router for unit tests, with text coding of its own where the environment has none. */
function testingFile(): EnvironmentOptions {
  const { build, ...rest } = packageFile("testing", "src/double/index.ts", "client");
  const inject = {
    TextEncoder: [textCoding, "TextEncoder"] satisfies [string, string],
    TextDecoder: [textCoding, "TextDecoder"] satisfies [string, string],
  };
  return {
    ...rest,
    build: { ...build, rolldownOptions: { ...build?.rolldownOptions, transform: { inject } } },
  };
}

/** The text that bundlers look for, to find the files that they have to copy. */
const clientLiterals = [
  'new SharedWorker(new URL("./worker.js", import.meta.url), {',
  ...onDemandSerializers.map((name) => `new URL("./${name}-serializer.js", import.meta.url)`),
  'new URL("./argon2.js", import.meta.url)',
  'new URL("./ed25519.js", import.meta.url)',
];

const onDemand = Object.values(clientFiles).toSorted().join();

/**
 * Checks the text that bundlers look for in the client, to the letter, and that the worker is one file, since some of them
 * copy it as it is. A mistake here would show only in the users' applications.
 */
const checkFiles: Plugin = {
  name: "check-files",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue;
      for (const literal of file.fileName === "client.js" ? clientLiterals : []) {
        const places = file.code.split(literal).length - 1;
        if (places !== 1)
          this.error(`client.js must have ${literal} in exactly one place; there are ${places}`);
      }
      if (file.fileName === "client-node.js" && file.code.includes("import.meta")) {
        this.error("client-node.js must do without import.meta: Jest cannot read it");
      }
      if (
        ["client.js", "client-node.js"].includes(file.fileName) &&
        `${file.imports.join()}|${file.dynamicImports.toSorted().join()}` !== `|${onDemand}`
      ) {
        this.error(`${file.fileName} must load ${onDemand} and nothing else, and only on demand`);
      }
      // A test may replace the client by it, also where there is no `import.meta`, as in CommonJS.
      if (file.fileName === "testing.js" && (file.imports.length > 0 || file.code.includes("import.meta"))) {
        this.error("testing.js must stand alone: it stands for the client in tests");
      }
      const beside = filesBeside[file.fileName.replace(/\.js$/, "")];
      if (beside !== undefined && `${file.imports.join()}|${file.dynamicImports.join()}` !== `|${beside}`) {
        this.error(`${file.fileName} must load ${beside} and nothing else, and only on demand`);
      }
      if (file.fileName === "cli.js" && file.dynamicImports.join() !== "./router.js") {
        this.error("cli.js must load router.js, and that only when it is needed");
      }
      // A service worker cannot import on demand.
      if (file.fileName === "service-worker.js" && /\bimport\(/.test(file.code)) {
        this.error("service-worker.js must have everything in it");
      }
      // Bundlers know nothing of a policy that forbids code made from text.
      if (
        /\bnew Function\(|\beval\(/.test(file.code) &&
        !/^(?:cli|router|testing)\.js$/.test(file.fileName)
      ) {
        this.error(`${file.fileName} must work under a Content Security Policy without 'unsafe-eval'`);
      }
      const isCopiedAlone = /^(?:worker|argon2|ed25519)\.js$|-serializer\.js$/.test(file.fileName);
      if (isCopiedAlone && [...file.imports, ...file.dynamicImports].length > 0) {
        this.error(`${file.fileName} must be one file: bundlers copy it alone`);
      }
    }
  },
};

/** Removes the scripts of an earlier build: one that is no longer built would be packed with the others. */
function removeScripts(): void {
  const folder = new URL("dist/", import.meta.url);
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    if (/\.js(\.map)?$/.test(file)) rmSync(new URL(file, folder));
  }
}

/** The demo: an application that can be installed and opened offline. */
function demo(): UserConfig {
  return {
    root: "demo",
    // Addresses without a leading slash, so that it can be served from any folder.
    base: "./",
    appType: "mpa",
    build: {
      outDir: "../.cache/demo",
      emptyOutDir: true,
      reportCompressedSize: false,
      // A worker file of less than 4 kB would otherwise become a `data:` URL.
      assetsInlineLimit: 0,
      rolldownOptions: { input: ["demo/index.html", "demo/side-by-side.html"] },
    },
    plugins: [
      VitePWA({
        // The demo's own service worker, with the list of files to be stored. demo/app/install.ts registers it.
        strategies: "injectManifest",
        srcDir: "service-worker",
        filename: "service-worker.ts",
        injectRegister: false,
        includeManifestIcons: false,
        injectManifest: { globPatterns: ["**/*.{html,css,js,svg,png}"] },
        manifest: {
          id: "./",
          name: "wamp-mux demo",
          short_name: "wamp-mux",
          description: "All tabs share one WAMP session over one WebSocket.",
          start_url: "./",
          display: "standalone",
          background_color: "#1d2333",
          theme_color: "#1d2333",
          icons: [
            { src: "icon-192.png", sizes: "192x192", type: "image/png" },
            // The drawing leaves the margin that a maskable icon needs.
            { src: "icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
            { src: "icon-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
            { src: "icon.svg", sizes: "any", type: "image/svg+xml" },
          ],
        },
      }),
    ],
  };
}

export default defineConfig(({ command, mode }) => {
  // `vite build --mode demo` builds the demo.
  if (command === "serve" || mode === "demo") return demo();
  // `vite build` builds the package.
  removeScripts();
  return {
    publicDir: false,
    plugins: [stripViteIgnore, withoutModuleUrl, besideClient, ...besideEntries, routerBeside, checkFiles],
    // The application's bundler minifies what it bundles, which therefore stays readable for debugging.
    build: { minify: false, reportCompressedSize: false },
    environments: {
      client: packageFile("client", "src/client/index.ts", "client"),
      clientInNode: packageFile("client-node", "src/client/index.ts", "client", false),
      passthru: withoutBuffer(packageFile("passthru", "src/client/passthru/index.ts", "client")),
      xsalsa20poly1305: packageFile("xsalsa20poly1305", "src/client/passthru/xsalsa20poly1305.ts", "client"),
      argon2: copiedFile("argon2", "src/worker/argon2-file.ts"),
      ed25519: copiedFile("ed25519", "src/worker/ed25519-file.ts"),
      keys: packageFile("keys", "src/keys/index.ts", "client"),
      publicKey: packageFile("public-key", "src/keys/public-key.ts", "client"),
      diagnosis: packageFile("diagnosis", "src/client/browser/diagnosis.ts", "client"),
      ...Object.fromEntries(
        onDemandSerializers.flatMap((name) => [
          [name, withoutBuffer(packageFile(name, `src/codec/${name}-payload.ts`, "client"))],
          [
            `${name}Serializer`,
            withoutBuffer(copiedFile(`${name}-serializer`, `src/codec/${name}-serializer.ts`)),
          ],
        ]),
      ),
      worker: copiedFile("worker", "src/worker/entry.ts"),
      serviceWorker: packageFile("service-worker", "src/background/index.ts", "client"),
      testing: testingFile(),
      router: packageFile("router", "src/router/index.ts", "server"),
      cli: packageFile("cli", "src/cli/main.ts", "server"),
    },
    builder: {},
  };
});
