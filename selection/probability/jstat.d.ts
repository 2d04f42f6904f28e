// The part of jStat that this project uses; the package has no types of its own.

declare module "jstat" {
  const jStat: {
    readonly normal: {
      /** P(X <= x). */
      cdf(x: number, mean: number, standardDeviation: number): number;
      /** The x with P(X <= x) = probability. */
      inv(probability: number, mean: number, standardDeviation: number): number;
    };
    /** The regularised incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
    /** The x with I_x(a, b) = probability. */
    ibetainv(probability: number, a: number, b: number): number;
  };
  export default jStat;
}
