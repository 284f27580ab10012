// The file that the worker loads when a session uses CBOR; the build bundles it into one self-contained module.
import { cborSerializer as serializer } from "./cbor.js";
import { leaveFile } from "./serializer-file.js";
import { SERIALIZER_VERSION as version } from "./serializer-version.js";

export { serializer, version };
leaveFile(serializer.name, { version, serializer });
