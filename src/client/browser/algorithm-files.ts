import type { AlgorithmUrl } from "../../contract/port.js";

/**
 * Returns the URLs of the files of the algorithms that browsers do not have. Bundlers look for the expressions with `import.meta.url`,
 * literally: they copy the files and replace the URLs. A worker elsewhere has the files next to it.
 * @param workerUrl the worker's URL, if it is not the bundled one
 */
export function algorithmFiles(workerUrl: string | undefined): readonly AlgorithmUrl[] {
  const argon2 = () => new URL(/* @vite-ignore */ "./argon2.js", import.meta.url);
  const ed25519 = () => new URL(/* @vite-ignore */ "./ed25519.js", import.meta.url);
  return [
    {
      algorithm: "argon2id",
      url: (workerUrl === undefined ? argon2() : new URL("argon2.js", workerUrl)).href,
    },
    {
      algorithm: "ed25519",
      url: (workerUrl === undefined ? ed25519() : new URL("ed25519.js", workerUrl)).href,
    },
  ];
}
