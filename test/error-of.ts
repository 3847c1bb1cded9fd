/** The thrown error, so that its code, path and details can be asserted. */
export function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, got none");
}
