// Python files arrive as text: the bundler's `text` loader.
declare module '*.py' {
  const text: string;
  export default text;
}
