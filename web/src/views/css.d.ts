/** Style sheets are text: esbuild's loader for .css, see web/build. */
declare module '*.css' {
  const text: string;
  export default text;
}
