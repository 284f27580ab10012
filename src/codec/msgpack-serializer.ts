// The file that the worker loads when a session uses MessagePack; the build bundles it into one self-contained module.
import { msgpackSerializer as serializer } from "./msgpack.js";
import { leaveFile } from "./serializer-file.js";
import { SERIALIZER_VERSION as version } from "./serializer-version.js";

export { serializer, version };
leaveFile(serializer.name, { version, serializer });
