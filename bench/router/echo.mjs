/** The procedure that answers with its first argument. */
export const ECHO = "bench.echo";
