/**
 * The version of the protocol on the port. A tab and a worker with different versions are incompatible; only `attach`, with its
 * `contract` field, never changes its shape, so that they can detect this.
 */
export const CONTRACT_VERSION = 7;
