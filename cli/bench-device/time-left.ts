// How long a benchmark still takes: what remains, pair by pair, by the seconds that its steps are expected to take. A step's seconds
// follow from its FLOP and the seconds a FLOP of the most alike workload that was measured on that back-end. No I/O.

import { mean } from "simple-statistics";
import { expectedMeasuringSeconds } from "../../client/calibration/measure-cells.ts";
import type { TimingEffort } from "./time-workload.ts";

/** A workload on a back-end. */
export interface BenchPair {
  readonly backend: string;
  readonly flopPerStep: number;
}

/** How a pair ended. */
interface EndedPair {
  readonly wallSeconds: number;
  /** Even of one that was skipped for it; null where nobody knows. */
  readonly secondsPerStep: number | null;
}

/** Both are null until every back-end that remains has ended a pair. */
export interface Remaining {
  /** Of the time that the whole takes, 0..1; it never falls. */
  readonly fraction: number | null;
  readonly secondsLeft: number | null;
}

const unknown: Remaining = { fraction: null, secondsLeft: null };

export class TimeLeft {
  readonly #pairs: readonly BenchPair[];
  readonly #effort: TimingEffort;
  readonly #ended = new Map<number, EndedPair>();
  readonly #dropped = new Set<string>();
  /** Where the fraction was when `at` was last asked, and the seconds spent until then. */
  #reached = { fraction: 0, spentSeconds: 0 };

  /** @param pairs in the order in which they are measured. */
  constructor(pairs: readonly BenchPair[], effort: TimingEffort) {
    this.#pairs = pairs;
    this.#effort = effort;
  }

  ended(index: number, how: EndedPair): void {
    this.#ended.set(index, how);
  }

  /** Nothing more of that back-end is measured. */
  dropped(backend: string): void {
    this.#dropped.add(backend);
  }

  /**
   * While pair number `index` is measured, 0-based. Asked in the order of time.
   *
   * @param secondsInPair since it began.
   * @param fractionOfPair of its timed bursts.
   */
  at(index: number, secondsInPair: number, fractionOfPair: number): Remaining {
    const expected = this.#pairs
      .map((pair, at) => ({ pair, at }))
      .filter(({ pair, at }) => at >= index && !this.#dropped.has(pair.backend))
      .map(({ pair, at }) => ({ at, seconds: this.#expectedSeconds(pair) }));
    let secondsLeft = 0;
    for (const { at, seconds } of expected) {
      if (seconds === null) return unknown;
      const isBegun = at === index;
      secondsLeft += isBegun ? leftOf(seconds, secondsInPair, fractionOfPair) : seconds;
    }
    const spent = [...this.#ended.values()].reduce((sum, { wallSeconds }) => sum + wallSeconds, secondsInPair);
    return { fraction: this.#advance(spent, secondsLeft), secondsLeft };
  }

  /** Where an expectation was wrong, only what is ahead goes at another pace. */
  #advance(spentSeconds: number, secondsLeft: number): number {
    const since = Math.max(0, spentSeconds - this.#reached.spentSeconds);
    const ahead = 1 - this.#reached.fraction;
    const fraction = this.#reached.fraction + ahead * (since / (since + secondsLeft || 1));
    this.#reached = { fraction, spentSeconds: Math.max(spentSeconds, this.#reached.spentSeconds) };
    return fraction;
  }

  /** Null while no pair of its back-end has ended. */
  #expectedSeconds({ backend, flopPerStep }: BenchPair): number | null {
    const ended = [...this.#ended].flatMap(([at, how]) => {
      const pair = this.#pairs[at];
      return pair?.backend === backend ? [{ ...how, flopPerStep: pair.flopPerStep }] : [];
    });
    if (ended.length === 0) return null;
    const timed = ended.flatMap(({ secondsPerStep, ...rest }) =>
      secondsPerStep === null ? [] : [{ ...rest, secondsPerStep }],
    );
    const [alike] = timed.sort((first, second) => distance(first, flopPerStep) - distance(second, flopPerStep));
    if (alike === undefined) return mean(ended.map(({ wallSeconds }) => wallSeconds));
    // What starting the process, the first step and the parameter file take.
    const aside = mean(
      timed.map((pair) => Math.max(0, pair.wallSeconds - this.#measuringSeconds(pair.secondsPerStep))),
    );
    return aside + this.#measuringSeconds(alike.secondsPerStep * (flopPerStep / alike.flopPerStep));
  }

  /** A pair whose step takes too long is skipped after a few. */
  #measuringSeconds(secondsPerStep: number): number {
    const { turns, maximumSecondsPerCell, longestStepSeconds } = this.#effort;
    if (secondsPerStep > longestStepSeconds) return SKIPPED_STEPS * secondsPerStep;
    return expectedMeasuringSeconds(secondsPerStep, { turns, maximumSeconds: maximumSecondsPerCell });
  }
}

/** A first step, and a burst of one, which trains two. */
const SKIPPED_STEPS = 3;

/** Before its bursts begin, and after them, the pair is elsewhere than they say. */
function leftOf(seconds: number, secondsInPair: number, fractionOfPair: number): number {
  return fractionOfPair > 0 ? seconds * (1 - fractionOfPair) : Math.max(0, seconds - secondsInPair);
}

function distance({ flopPerStep }: Pick<BenchPair, "flopPerStep">, flop: number): number {
  return Math.abs(Math.log(flopPerStep / flop));
}
