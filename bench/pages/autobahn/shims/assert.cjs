/**
 * @param {unknown} holds
 * @param {string} [message]
 */
module.exports = function assert(holds, message) {
  if (!holds) throw new Error(message ?? "assertion failed");
};
