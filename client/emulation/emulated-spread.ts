// How far an emulated device and its link stray from their nominal times. The emulator and the fleet simulator draw from the same
// laws; where each number comes from is in docs/emulation.md.

/**
 * Spread between devices of the same specs, log scale: the residual of a layer-wise predictor on unseen GPUs is a Student-t
 * with 4.7 degrees of freedom and scale 0.31 (1,164 measured training runs, 56 GPUs). Drawn once per client.
 */
export const DEVICE_DEGREES_OF_FREEDOM = 4.7;
export const DEVICE_LOG_SCALE = 0.31;
/** Spread between rounds on one device: per-epoch noise of the same measurements is 1-3 %. */
export const ROUND_LOG_SIGMA = 0.02;
/** Coefficients of variation of measured Wi-Fi rates (FLASH, 19 users, medians): 0.37 down, 0.40 up. */
export const DOWNLINK_VARIATION = 0.37;
export const UPLINK_VARIATION = 0.4;
/** Wired and fibre links vary less: assumption. */
export const WIRED_VARIATION = 0.05;

/** Standard deviation of the logarithm of a log-normal variable with that coefficient of variation. @example logSigmaOf(0.37) // 0.3582 */
export function logSigmaOf(coefficientOfVariation: number): number {
  return Math.sqrt(Math.log(1 + coefficientOfVariation ** 2));
}

/** Classes of devices that sustain less than their peak clock when they are warm. */
const throttlingClasses: readonly string[] = ["edge", "laptop"];

export function canThrottle(deviceClass: string): boolean {
  return throttlingClasses.includes(deviceClass);
}

/**
 * Seconds of work that takes `seconds` at full speed on a device that goes on at `speed` of it after `afterSeconds`.
 *
 * @example throttledSeconds(95, { afterSeconds: 60, speed: 0.7 }) // 60 + 35 / 0.7 = 110
 */
export function throttledSeconds(
  seconds: number,
  { afterSeconds, speed }: { readonly afterSeconds: number; readonly speed: number },
): number {
  const beyond = Math.max(0, seconds - afterSeconds);
  return seconds - beyond + beyond / speed;
}
