import { cp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The demo as `npm run e2e` has built it. */
const builtDemo = fileURLToPath(new URL("../../.cache/demo", import.meta.url));

/** Lists the files of the built demo, with paths relative to its root. */
export async function demoFiles(): Promise<readonly string[]> {
  const entries = await readdir(builtDemo, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(builtDemo.length + 1));
}

/**
 * Copies the built demo into a folder as a newer build: every file with a hash in its name has another name, so that the server has none of
 * the old ones, and the page has another title.
 */
export async function makeNewerBuild(folder: string, title: string): Promise<void> {
  await cp(builtDemo, folder, { recursive: true });
  const assets = await readdir(join(folder, "assets"));
  const renamed = (name: string): string => name.replace(/-([\w-]{8})\.(\w+)$/, "-newer$1.$2");
  const rewrite = async (file: string, change: (text: string) => string): Promise<void> =>
    writeFile(file, change(await readFile(file, "utf8")));
  const withNewNames = (text: string): string =>
    assets.reduce((changed, name) => changed.replaceAll(name, renamed(name)), text);
  for (const name of assets) {
    await rewrite(join(folder, "assets", name), withNewNames);
    await rename(join(folder, "assets", name), join(folder, "assets", renamed(name)));
  }
  await rewrite(join(folder, "index.html"), (text) =>
    withNewNames(text).replace(">wamp-mux demo</p>", `>${title}</p>`),
  );
  await rewrite(join(folder, "service-worker.js"), (text) =>
    withNewNames(text).replace(
      /"revision":"\w+","url":"index\.html"/,
      '"revision":"newer","url":"index.html"',
    ),
  );
}
