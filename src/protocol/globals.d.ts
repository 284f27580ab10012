interface String {
  /** Newer than ES2023: Chrome 111, Firefox 119, Safari 16.4. */
  isWellFormed?(): boolean;
}
