// Shares in the sentences that say what a truth rests on.

/** With three digits at most. @example percent(0.0151) // "1.51 %" */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
