import { transferHandlers } from "comlink";
import type { TransferHandler } from "comlink";

/** The form in which a thrown value crosses the port. */
interface ThrownRecord {
  readonly isError: boolean;
  readonly value: unknown;
}

/** Returns comlink's answer to a call that threw; for errors that comlink cannot send itself. */
export function thrownAnswer(id: unknown, error: Error): unknown {
  return { id, type: "HANDLER", name: "throw", value: serializeThrown(error) };
}

let installed = false;

/**
 * Replaces comlink's `throw` handler, which keeps only name, message and stack, so that the other fields of an error cross as well. The
 * handlers are global to comlink's module, but the package bundles a comlink of its own; the application's is not affected.
 */
export function installErrorTransfer(): void {
  if (installed) return;
  installed = true;
  const original = transferHandlers.get("throw");
  if (original === undefined) throw new Error("This comlink has no transfer handler for what is thrown");
  const handler: TransferHandler<unknown, ThrownRecord> = {
    // comlink marks thrown values with a symbol that it does not export.
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize: (thrown) => [serializeThrown(isThrown(thrown) ? thrown.value : thrown), []],
    deserialize: ({ isError, value }) => {
      throw isError && isErrorFields(value) ? Object.assign(new Error(value.message), value) : value;
    },
  };
  transferHandlers.set("throw", handler);
}

function serializeThrown(value: unknown): ThrownRecord {
  if (!(value instanceof Error)) return { isError: false, value };
  const { name, message, stack } = value;
  return { isError: true, value: { ...value, name, message, stack } };
}

function isThrown(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && "value" in value;
}

function isErrorFields(value: unknown): value is { readonly message: string } {
  return (
    typeof value === "object" && value !== null && "message" in value && typeof value.message === "string"
  );
}
