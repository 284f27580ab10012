// The part of `URL` that the contract uses. The file is not published.

interface URL {
  readonly href: string;
  readonly protocol: string;
  readonly hostname: string;
  username: string;
  password: string;
  search: string;
  hash: string;
}
declare const URL: {
  new (url: string, base?: string): URL;
  canParse(url: string, base?: string): boolean;
};
