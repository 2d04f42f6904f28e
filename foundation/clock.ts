// Time is passed in, never read: production uses the monotonic wall clock, experiments a virtual one.

/** A monotonic clock. Only differences of its readings have a meaning. */
export interface Clock {
  nowSeconds(): number;
  /** Resolves when `seconds` have passed on this clock, or at once when `signal` aborts. Never rejects. */
  wait(seconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's monotonic clock. */
export const wallClock: Clock = {
  nowSeconds: () => performance.now() / 1000,
  wait: (seconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      // Node clamps longer timers to 1 ms; nobody waits 24 days for a round, but a wrong unit must not end it at once.
      const timer = setTimeout(finish, Math.min(Math.max(0, seconds) * 1000, 2 ** 31 - 1));
      signal?.addEventListener("abort", finish, { once: true });
    }),
};
