// Takes Ed25519 away from a worker, as in browsers that do not have it yet.
/* global SubtleCrypto, DOMException */
const { importKey } = SubtleCrypto.prototype;
SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...rest) {
  return algorithm === "Ed25519"
    ? Promise.reject(new DOMException("Unrecognized name", "NotSupportedError"))
    : importKey.call(this, format, data, algorithm, ...rest);
};
