/** Stopping long work when the user or the system asks for it. */

const signals = ["SIGINT", "SIGTERM"] as const;

/** Runs work whose signal is aborted by the first SIGINT or SIGTERM; a second one ends the process as always. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    for (const each of signals) process.off(each, stop);
    controller.abort(new Error(signal));
  };
  for (const each of signals) process.on(each, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const each of signals) process.off(each, stop);
  }
}
