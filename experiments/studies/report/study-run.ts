// What a study's files say of the run that made them. Nothing of the time or the machine: the same run gives the same bytes.

export interface StudyRun {
  /** The study's name; that of its files, too. */
  readonly name: string;
  /** The command that gives this study again, e.g. "probselect experiment deadlines --seed 1 --seeds 10". */
  readonly command: string;
  readonly firstSeed: number;
  readonly seedCount: number;
  /** Of the package. */
  readonly version: string;
}

/** @example seedWords({ firstSeed: 1, seedCount: 10 }) // "1 to 10" */
export function seedWords({ firstSeed, seedCount }: Pick<StudyRun, "firstSeed" | "seedCount">): string {
  return seedCount === 1 ? String(firstSeed) : `${firstSeed} to ${firstSeed + seedCount - 1}`;
}
