// What a strategy keeps between rounds: one vector a name, each as long as the model. It is never written to, only replaced, so
// that a state that was read stays what it was.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { StrategyMemory, StrategyState } from "./types.ts";

export interface VectorRule<Name extends string> {
  readonly name: Name;
  /** Of every element, before the first round. */
  readonly initial: number;
  /** No element can be less; absent: any finite number. */
  readonly least?: number | undefined;
}

export type Vectors<Name extends string> = Readonly<Record<Name, Float32Array>>;

export interface VectorMemory<Name extends string> extends StrategyMemory {
  /**
   * The vectors as they are now, or as they are before the first round.
   *
   * @param length of the model.
   * @throws {ProbSelectError} server.malformed-strategy-state if a state of another length was written.
   */
  vectorsFor(length: number): Vectors<Name>;
  /** Replaces them after a round. Takes the arrays over. */
  keep(vectors: Vectors<Name>): void;
}

/**
 * @param strategy named in errors.
 * @example
 * const memory = createVectorMemory("fedavgm", [{ name: "velocity", initial: 0 }]);
 * memory.vectorsFor(2).velocity; // [0, 0]
 * memory.read(); // { vectors: {}, numbers: {} }: nothing was kept yet
 */
export function createVectorMemory<Name extends string>(
  strategy: string,
  rules: readonly VectorRule<Name>[],
): VectorMemory<Name> {
  let kept: Vectors<Name> | undefined;
  const fresh = (length: number) => vectorsBy(rules, ({ initial }) => new Float32Array(length).fill(initial));
  return {
    vectorsFor(length) {
      const current = kept ?? fresh(length);
      for (const { name } of rules) requireLength(strategy, name, current[name].length, length);
      return current;
    },
    keep(vectors) {
      kept = vectors;
    },
    read() {
      return { vectors: { ...kept }, numbers: {} };
    },
    write(state) {
      kept = checked(strategy, rules, state);
    },
  };
}

/** A copy of the state's vectors; undefined for the state before the first round, which has none. */
function checked<Name extends string>(
  strategy: string,
  rules: readonly VectorRule<Name>[],
  { vectors, numbers }: StrategyState,
): Vectors<Name> | undefined {
  const found = Object.keys(vectors);
  const stray = [...found.filter((key) => !rules.some(({ name }) => name === key)), ...Object.keys(numbers)];
  if (stray.length > 0) throw malformed(strategy, `it has "${stray[0]}"`);
  if (found.length === 0) return undefined;
  const lengthOfFirst = vectors[found[0] as string]?.length ?? 0;
  return vectorsBy(rules, ({ name, least = Number.NEGATIVE_INFINITY }) => {
    const values = vectors[name];
    if (!values) throw malformed(strategy, `it lacks the vector "${name}"`);
    requireLength(strategy, name, values.length, lengthOfFirst);
    const bad = values.findIndex((value) => !Number.isFinite(value) || value < least);
    if (bad >= 0) throw malformed(strategy, `element ${bad} of its vector "${name}" is ${values[bad]}`);
    return Float32Array.from(values);
  });
}

function vectorsBy<Name extends string>(
  rules: readonly VectorRule<Name>[],
  valuesOf: (rule: VectorRule<Name>) => Float32Array,
): Vectors<Name> {
  // Object.fromEntries forgets which keys it was given.
  return Object.fromEntries(rules.map((rule) => [rule.name, valuesOf(rule)])) as Vectors<Name>;
}

function requireLength(strategy: string, name: string, found: number, wanted: number): void {
  if (found === wanted) return;
  throw malformed(strategy, `its vector "${name}" has ${found} elements instead of ${wanted}`);
}

function malformed(strategy: string, what: string): ProbSelectError {
  return new ProbSelectError(
    "server.malformed-strategy-state",
    `The saved state is none of the strategy "${strategy}" for this model: ${what}. Go on with the run's own model, strategy and ` +
      "checkpoint, or start a new run.",
  );
}
