/** The reason for answering a request with ERROR. */
export class Refusal extends Error {
  override readonly name = "Refusal" as const;
  readonly uri: string;

  constructor(uri: string, message: string) {
    super(message);
    this.uri = uri;
  }
}
