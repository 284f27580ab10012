/** The content of a file. */
export interface ReadKey {
  readonly seed: Uint8Array;
  /** The public key that the file names, in hexadecimal digits. */
  readonly publicKey?: string;
}
