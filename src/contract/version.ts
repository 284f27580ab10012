/**
 * Version of what crosses the port. A tab and a worker of different versions do not understand each other;
 * only `attach` with its `contract` field keeps its shape for ever, so that they can say so.
 */
export const CONTRACT_VERSION = 1;
