import { serializerSuite } from "./serializer.suite.js";
import { serializers } from "./serializers.js";

for (const serializer of serializers) serializerSuite(serializer);
