/** The procedure that returns its arguments. */
export const ECHO = "bench.echo";
