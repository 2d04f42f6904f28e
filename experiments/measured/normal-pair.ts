// Two independent standard normal values from two uniform ones: Box & Muller 1958, "A note on the generation of random normal deviates".
// They serve draws that belong to a client and a round, of which there are always as many as are asked for.

/** sqrt(-2 ln u) cos(2 pi v). @param u in (0, 1]. @example cosineNormal(Math.exp(-0.5), 0) // 1 */
export function cosineNormal(u: number, v: number): number {
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}

/** sqrt(-2 ln u) sin(2 pi v): the same two draws give it independently of `cosineNormal`. */
export function sineNormal(u: number, v: number): number {
  return Math.sqrt(-2 * Math.log(u)) * Math.sin(2 * Math.PI * v);
}
