/**
 * The version of the protocol on the port. A tab and a worker of different versions do not understand each other; only `attach`, with
 * its `contract` field, never changes its shape, so that they can say so.
 */
export const CONTRACT_VERSION = 1;
