import type { AlgorithmsByName } from "../auth/algorithms.js";
import type { FileContent } from "../codec/serializer-file.js";
import type { AlgorithmName } from "../contract/port.js";

/** Version of the interface between a worker and the files of algorithms, as that of serializers. */
export const ALGORITHM_VERSION = 1;

/** Content of the file of an algorithm. */
export interface AlgorithmFile<Name extends AlgorithmName> extends FileContent {
  readonly algorithm: AlgorithmsByName[Name];
}
