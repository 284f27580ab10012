// The file that the worker loads in a browser without Ed25519; the build bundles it into one self-contained module.
import { ed25519 as algorithm } from "../auth/ed25519-fallback.js";
import { leaveFile } from "../codec/serializer-file.js";
import { ALGORITHM_VERSION as version } from "./algorithm-file.js";
import type { AlgorithmFile } from "./algorithm-file.js";

const file: AlgorithmFile<"ed25519"> = { version, algorithm };

export { algorithm, version };
leaveFile("ed25519", file);
