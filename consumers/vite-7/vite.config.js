export default {
  // Vite's optimizer, up to version 7, moves the module and leaves the worker behind.
  optimizeDeps: { exclude: ["wamp-mux"] },
};
