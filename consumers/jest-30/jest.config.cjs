module.exports = {
  // The package is ESM, which babel-jest turns into CommonJS, unless it is in node_modules.
  transformIgnorePatterns: ["/node_modules/(?!wamp-mux/)"],
};
