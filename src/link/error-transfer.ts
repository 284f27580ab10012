import { transferHandlers } from "comlink";
import type { TransferHandler } from "comlink";

/** The form in which a thrown value crosses the port. */
type ThrownRecord =
  | { readonly isError: true; readonly value: Pick<Error, "name" | "message" | "stack"> }
  | { readonly isError: false; readonly value: unknown };

let installed = false;

/**
 * Replaces comlink's `throw` handler, which keeps only name, message and stack, so that the other fields of an error cross as well. The
 * handlers are global to comlink's module, but the package bundles its own copy of comlink; the application's copy is not affected.
 */
export function installErrorTransfer(): void {
  if (installed) return;
  installed = true;
  const original = transferHandlers.get("throw");
  const handler: TransferHandler<{ readonly value: unknown }, ThrownRecord> = {
    // comlink marks thrown values with a symbol that it does not export.
    canHandle: (value): value is { readonly value: unknown } => original?.canHandle(value) === true,
    serialize: ({ value }) => [serializeThrown(value), []],
    deserialize: ({ isError, value }) => {
      throw isError ? Object.assign(new Error(value.message), value) : value;
    },
  };
  transferHandlers.set("throw", handler);
}

function serializeThrown(value: unknown): ThrownRecord {
  if (!(value instanceof Error)) return { isError: false, value };
  const { name, message, stack } = value;
  return { isError: true, value: { ...value, name, message, ...(stack !== undefined && { stack }) } };
}
