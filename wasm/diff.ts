/** The server's module: makes patches. */

export { allocate, resetArena } from "./arena";
