// The operator's priorities come before anything that a policy weighs: it fills the cohort level by level.

/**
 * The members of each priority in their order, highest first; one level if all are alike.
 *
 * @example priorityLevels(Uint32Array.of(0, 1, 2), Float64Array.of(0, 5, 0)) // [[1], [0, 2]]
 */
export function priorityLevels(members: Uint32Array, priorities: Float64Array | null): readonly Uint32Array[] {
  if (priorities === null) return [members];
  const levels = new Map<number, number[]>();
  for (const index of members) {
    const priority = priorities[index] as number;
    const level = levels.get(priority);
    if (level) level.push(index);
    else levels.set(priority, [index]);
  }
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => Uint32Array.from(level));
}
