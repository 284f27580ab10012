import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as client from "./client/index.js";
import * as passthru from "./client/passthru/index.js";
import * as router from "./router/index.js";
import { createTestRouter } from "./double/index.js";
import { withSession } from "./background/index.js";
import * as keys from "./keys/index.js";

// Type-checks the examples of the public documentation as an application would compile them.

const root = fileURLToPath(new URL("../", import.meta.url));

/** The helpers that examples use without declaring them. The session has no description of its API, as in the first hour. */
const HELPERS = `
declare const session: import("wamp-mux").Session;
declare const router: import("wamp-mux/router").DevRouter;
declare const testRouter: import("wamp-mux/testing").TestRouter;
declare const backend: import("wamp-mux").Session;
declare const id: number;
declare const key: Uint8Array<ArrayBuffer>;
declare const file: Blob;
declare function fetchTicket(): Promise<string>;
declare const sync: { waitUntil(work: Promise<unknown>): void };
declare function enroll(publicKey: string): Promise<void>;
declare const url: string;
declare const realm: string;
declare function draw(values: readonly unknown[]): void;
declare function show(value: unknown): void;
declare function sumUp(month: number): Promise<number>;
declare function find(procedure: string): string;
`;

/** Those of the frameworks, in the forms that the README uses. */
const FRAMEWORKS = `
type Held = import("wamp-mux").Session | undefined;
declare const wamp: { session: Held & (() => Held) };
declare function watch(source: unknown, changed: (session: Held) => void): void;
declare function useEffect(effect: () => void, dependencies: readonly unknown[]): void;
declare function $effect(effect: () => void): void;
declare function effect(effect: () => void): void;
`;

interface Example {
  /** File and line. */
  readonly place: string;
  readonly code: string;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Returns the blocks marked as TypeScript of a Markdown file. */
function examplesFromMarkdown(file: string): Example[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => ({
    place: `${file}:${lineAt(text, match.index)}`,
    code: match[1] ?? "",
  }));
}

/** Returns what follows `@example` in the doc comments of a source file, up to the next tag. */
function examplesFromSource(file: string): Example[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap((comment) =>
    [...comment[0].matchAll(/^ *\* @example\n(.*?)(?=^ *\* @|^ *\*\/)/gms)].map((match) => ({
      place: `${file}:${lineAt(text, comment.index + match.index)}`,
      code: (match[1] ?? "").replace(/^ *\* ?/gm, ""),
    })),
  );
}

/** The entries of the package with their public values. */
const entries = {
  "wamp-mux": client,
  "wamp-mux/keys": keys,
  "wamp-mux/passthru": passthru,
  "wamp-mux/router": router,
  "wamp-mux/service-worker": { withSession },
  "wamp-mux/testing": { createTestRouter },
};

/** Imports the public names that the code calls, constructs or reads from, unless it has imports of its own. */
function withImports(code: string): string {
  if (/^import /m.test(code)) return code;
  const used = (names: object) =>
    Object.keys(names).filter((name) => new RegExp(`(?<![.\\w])${name}[(<.]`).test(code));
  const imports = Object.entries(entries).map(
    ([entry, names]) => `import { ${used(names).join()} } from "${entry}";`,
  );
  return `${imports.join(" ")}\n${code}`;
}

/** Returns for each piece of code the errors of the compiler, with what templates of applications switch on. */
function compile(codes: readonly string[]): string[][] {
  const files = new Map(codes.map((code, index) => [join(root, `example-${index}.ts`), withImports(code)]));
  const helpers = join(root, "example-helpers.d.ts");
  const virtual = new Map([...files, [helpers, HELPERS + FRAMEWORKS]]);
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.asynciterable.d.ts", "lib.esnext.disposable.d.ts"],
    types: [],
    paths: {
      "wamp-mux": [join(root, "src/client/index.ts")],
      "wamp-mux/keys": [join(root, "src/keys/index.ts")],
      "wamp-mux/passthru": [join(root, "src/client/passthru/index.ts")],
      "wamp-mux/service-worker": [join(root, "src/background/index.ts")],
      "wamp-mux/router": [join(root, "src/router/index.ts")],
      "wamp-mux/testing": [join(root, "src/double/index.ts")],
    },
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    getSourceFile(name, ...rest) {
      const code = virtual.get(name);
      if (code === undefined) return disk.getSourceFile(name, ...rest);
      return ts.createSourceFile(name, code, ts.ScriptTarget.ES2022);
    },
    fileExists: (name) => virtual.has(name) || disk.fileExists(name),
    readFile: (name) => virtual.get(name) ?? disk.readFile(name),
  };
  const program = ts.createProgram([...virtual.keys()], options, host);
  return [...files.keys()].map((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .map((file) => `src/${file.replaceAll("\\", "/")}`)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
const examples = [...examplesFromMarkdown("README.md"), ...sources.flatMap(examplesFromSource)];
const wrong = [
  "const name: string = await session.call(5);",
  "const one = result([1], 2);",
  "draw(unknown);",
  'await session.register("com.example.add2", ([a, b]) => a * b);',
];
const errors = compile([...examples.map(({ code }) => code), ...wrong]);

describe("an example of the documentation", () => {
  it.each(examples.map((example, index) => ({ ...example, errors: errors[index] })))(
    "compiles: $place",
    (example) => {
      expect(example.errors, example.code).toEqual([]);
    },
  );

  it("is found in the README and in every file that documents the main functions", () => {
    const files = new Set(examples.map(({ place }) => place.replace(/:\d+$/, "")));
    expect([...files]).toEqual(
      expect.arrayContaining([
        "README.md",
        "src/client/api/session.ts",
        "src/client/browser/connect.ts",
        "src/router/server/start-router.ts",
        "src/double/create-test-router.ts",
      ]),
    );
    // As many as there are tags, so that none is overlooked for its form.
    const tags = sources.map((file) => readFileSync(join(root, file), "utf8").split("@example").length - 1);
    const found = examples.filter(({ place }) => place.startsWith("src/")).length;
    expect(found).toBe(tags.reduce((sum, count) => sum + count, 0));
  });

  it("would fail with a mistake in it", () => {
    const found = errors.slice(examples.length);
    expect(found.map((messages) => messages.length > 0)).toEqual([true, true, true, true]);
  });
});
