// The operator's priorities come before anything that a policy weighs: it fills the cohort level by level.

/**
 * The members of each priority, highest first; one level if all are alike.
 *
 * @example priorityLevels(Uint32Array.of(0, 1, 2), Float64Array.of(0, 5, 0)) // [[1], [0, 2]]
 */
export function priorityLevels(members: Uint32Array, priorities: Float64Array | null): readonly Uint32Array[] {
  if (priorities === null) return [members];
  const levels = [...new Set(Array.from(members, (index) => priorities[index] as number))].sort((a, b) => b - a);
  return levels.map((level) => members.filter((index) => priorities[index] === level));
}
