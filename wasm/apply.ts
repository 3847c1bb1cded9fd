/** The vehicle's module: applies patches. */

export { allocate, resetArena } from "./arena";
