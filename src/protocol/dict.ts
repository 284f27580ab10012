/** An options or details dictionary of a message. */
export type Dict = { readonly [key: string]: unknown };
