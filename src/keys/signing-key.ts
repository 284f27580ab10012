/** An Ed25519 key. Scripts can sign with it, but cannot read the private key. */
export interface SigningKey {
  /** The private key, which is not extractable. */
  readonly privateKey: CryptoKey;
  /** The public key in 64 hexadecimal digits, as routers are configured with it. */
  readonly publicKey: string;
}
