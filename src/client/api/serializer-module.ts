export type { NamedSerializer, SerializerModule } from "../../protocol/serializer-module.js";
