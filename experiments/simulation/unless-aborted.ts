// Waits for what takes long, but no longer than its run is wanted.

/** Null if the signal aborts first; what then comes of the value, an error included, is nobody's. */
export function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
  value.catch(() => {});
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const stop = () => resolve(null);
    signal.addEventListener("abort", stop, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
