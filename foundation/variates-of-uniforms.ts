// Random variates as functions of two uniform numbers, for draws that are hashed instead of streamed: no rejection, so that each
// variate takes the same two numbers.

/**
 * A standard normal variate of two independent numbers, uniform on (0, 1).
 * Box & Muller, "A note on the generation of random normal deviates", Ann. Math. Statist. 29(2), 1958.
 *
 * @example normalOf(Math.exp(-2), 1) // sqrt(-2 * -2) * cos(2 pi) = 2
 */
export function normalOf(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
}

/**
 * The second variate of Box & Muller: the same two numbers give it independently of `normalOf`.
 *
 * @example otherNormalOf(Math.exp(-2), 1 / 4) // sqrt(-2 * -2) * sin(pi / 2) = 2
 */
export function otherNormalOf(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(first)) * Math.sin(2 * Math.PI * second);
}

/**
 * A Student-t variate, location 0 and scale 1, of two independent numbers, uniform on (0, 1).
 * Bailey, "Polar generation of random variates with the t-distribution", Math. Comp. 62(206), 1994.
 *
 * @param degreesOfFreedom > 0.
 * @example studentTOf(2, 1 / 3, 1) // sqrt(2 * (3 - 1)) * cos(2 pi) = 2
 */
export function studentTOf(degreesOfFreedom: number, first: number, second: number): number {
  const radius = Math.sqrt(degreesOfFreedom * Math.expm1((-2 / degreesOfFreedom) * Math.log(first)));
  return radius * Math.cos(2 * Math.PI * second);
}
