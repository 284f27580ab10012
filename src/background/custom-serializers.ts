import { dict } from "../client/errors/checks.js";
import { invalid } from "../client/errors/invalid.js";
import { customSerializer, isCustomName } from "../codec/custom.js";
import type { Serializer } from "../codec/serializer.js";
import type { SerializerModule } from "../client/api/serializer-module.js";

const WHERE = "withSession(): options.serializerModules";

/** Creates the serializers of the application from the option. Throws `InvalidArgumentError`. */
export function customSerializers(given: unknown): Serializer[] {
  return Object.entries(dict(WHERE, given)).map(([name, module]) => {
    // It would take the place of the package's own, with which the tab and the hub talk.
    if (!isCustomName(name))
      throw invalid(
        WHERE,
        name,
        "modules by the names of the application's serializers",
        JSON.stringify(name),
      );
    try {
      return customSerializer(name, module as Partial<SerializerModule>);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw invalid(`${WHERE}.${name}`, module, `the module of a serializer: ${reason}`);
    }
  });
}
