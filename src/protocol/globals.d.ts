interface String {
  /** Absent from ES2023; available since Chrome 111, Firefox 119 and Safari 16.4. */
  isWellFormed?(): boolean;
}

declare function atob(base64: string): string;
declare function btoa(binary: string): string;
