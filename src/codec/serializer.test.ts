import { jsonSerializer } from "./json.js";
import { msgpackSerializer } from "./msgpack.js";
import { serializerSuite } from "./serializer.suite.js";

for (const serializer of [jsonSerializer, msgpackSerializer]) serializerSuite(serializer);
