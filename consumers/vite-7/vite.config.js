export default {
  // Up to version 7, Vite's optimizer moves the module and leaves the worker behind.
  optimizeDeps: { exclude: ["wamp-mux"] },
};
