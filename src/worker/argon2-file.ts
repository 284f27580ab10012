// The file that the worker loads when a router asks for Argon2id; the build bundles it into one self-contained module.
import { argon2id as algorithm } from "../auth/argon2.js";
import { leaveFile } from "../codec/serializer-file.js";
import { ALGORITHM_VERSION as version } from "./algorithm-file.js";
import type { AlgorithmFile } from "./algorithm-file.js";

const file: AlgorithmFile<"argon2id"> = { version, algorithm };

export { algorithm, version };
leaveFile("argon2id", file);
