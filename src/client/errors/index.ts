// The public errors, one file per family. A family exports only its classes, their guards and the types of their fields. The fields of
// a class are passed to its constructor and assigned by name; the class only declares them, which keeps the bundle small.
export * from "./wamp-mux-error.js";
export * from "./wamp-error.js";
export * from "./argument-errors.js";
export * from "./encryption-error.js";
export * from "./outcome-errors.js";
export * from "./session-errors.js";
export * from "./worker-errors.js";
