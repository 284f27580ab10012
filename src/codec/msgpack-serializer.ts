// The file that the worker loads when a session uses MessagePack; the build bundles it into one self-contained module.
export { SERIALIZER_VERSION as version } from "./serializer-version.js";
export { msgpackSerializer as serializer } from "./msgpack.js";
