// A static network link: what a client declares about its connection, and how long bytes take on it.

export interface NetworkLink {
  readonly downlinkBitsPerSecond: number;
  readonly uplinkBitsPerSecond: number;
  readonly roundTripSeconds: number;
  readonly transferLogSigma?: number | undefined;
}

/**
 * Seconds to move `bytes` over a link: one round trip for the request, then the bytes at the stated rate.
 *
 * @example transferSeconds(1_000_000, 8_000_000, 0.05) // 1.05
 */
export function transferSeconds(bytes: number, bitsPerSecond: number, roundTripSeconds: number): number {
  return roundTripSeconds + (bytes * 8) / bitsPerSecond;
}
