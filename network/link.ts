// A network link: what a client declares about its connection, and how long bytes take on it. A round's transfers take
// 2*rtt + T*X seconds: T at the stated rates, X a random factor with median 1 (docs/link-spread.md).

/** A client's connection. The rates are those that half of its transfers reach: their medians. */
export interface NetworkLink {
  readonly downlinkBitsPerSecond: number;
  readonly uplinkBitsPerSecond: number;
  readonly roundTripSeconds: number;
  /**
   * Standard deviation of ln X, the factor on the transfer time: X is log-normal with median 1, one for both directions of a
   * round. 0 to MAXIMUM_TRANSFER_LOG_SIGMA; 0 or absent: no spread, or none known.
   */
  readonly transferLogSigma?: number | undefined;
}

/** At 3, one transfer in six takes more than twenty times its nominal time: more is a slip of the pen. */
export const MAXIMUM_TRANSFER_LOG_SIGMA = 3;

/** What a round moves, in bytes. */
export interface TransferBytes {
  readonly downloadBytes: number;
  readonly uploadBytes: number;
}

/**
 * Seconds to move `bytes` over a link: one round trip for the request, then the bytes at the stated rate.
 *
 * @example transferSeconds(1_000_000, 8_000_000, 0.05) // 1.05
 */
export function transferSeconds(bytes: number, bitsPerSecond: number, roundTripSeconds: number): number {
  return roundTripSeconds + (bytes * 8) / bitsPerSecond;
}

/**
 * T: seconds of a round's download and upload at the stated rates, without the two round trips, which do not vary with X.
 *
 * @example
 * const link = { downlinkBitsPerSecond: 8e6, uplinkBitsPerSecond: 4e6, roundTripSeconds: 0.05 };
 * nominalTransferSeconds(link, { downloadBytes: 1e6, uploadBytes: 1e6 }) // 1 + 2 = 3
 */
export function nominalTransferSeconds(link: NetworkLink, { downloadBytes, uploadBytes }: TransferBytes): number {
  return (8 * downloadBytes) / link.downlinkBitsPerSecond + (8 * uploadBytes) / link.uplinkBitsPerSecond;
}
