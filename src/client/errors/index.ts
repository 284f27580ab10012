// The public errors, one file a family. A family exports nothing but its classes, their guards and the types of their fields.
export * from "./wamp-mux-error.js";
export * from "./wamp-error.js";
export * from "./argument-errors.js";
export * from "./outcome-errors.js";
export * from "./session-errors.js";
export * from "./worker-errors.js";
