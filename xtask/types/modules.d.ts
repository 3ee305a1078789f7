/** What the build puts in place of names that are no files. */

/** The styles of an editor as text. */
declare module "element-css" {
  const css: string;
  export default css;
}

/** What lies beside the module. */
declare module "assets" {
  interface Interpreter {
    version: string;
    entry: string;
    files: { path: string; bytes: number }[];
  }
  const assets: { version: string; interpreters: Record<string, Interpreter> };
  export default assets;
}

/** Python that runs in an interpreter, as text. */
declare module "*.py" {
  const source: string;
  export default source;
}
