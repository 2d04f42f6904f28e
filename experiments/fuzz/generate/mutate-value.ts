// Structure-aware mutation: a valid message is changed in one to three places, so that most of it still passes and the check
// behind the first one is reached too.

import { type RandomSource, randomInteger } from "../../../foundation/random-source.ts";
import { between, chance, pick } from "./draw.ts";
import { hostileKeys, hostileNumbers, hostileTexts, hostileValue, withKey } from "./hostile-values.ts";

/** A changed copy; the value itself stays as it is. */
export function mutateValue(value: unknown, random: RandomSource): unknown {
  let mutated = value;
  for (let left = between(random, 1, 3); left > 0; left--) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(value: unknown, random: RandomSource): unknown {
  if (chance(random, 0.03)) return hostileValue(random);
  if (Array.isArray(value)) return mutateArray(value, random);
  if (isMap(value)) return mutateMap(value, random);
  return mutateScalar(value, random);
}

function mutateMap(map: Readonly<Record<string, unknown>>, random: RandomSource): unknown {
  const keys = Object.keys(map);
  if (keys.length === 0 || chance(random, 0.15)) return withKey(map, pick(random, hostileKeys), hostileValue(random));
  const key = pick(random, keys);
  const { [key]: old, ...others } = map;
  if (chance(random, 0.12)) return others;
  if (chance(random, 0.05)) return withKey(others, pick(random, [key.toUpperCase(), ` ${key}`, "__proto__"]), old);
  return withKey(map, key, mutateOnce(old, random));
}

function mutateArray(array: readonly unknown[], random: RandomSource): unknown {
  const place = randomInteger(random, array.length + 1);
  const copy = [...array];
  switch (between(random, 0, 3)) {
    case 0:
      copy.splice(place, 1);
      return copy;
    case 1:
      copy.splice(place, 0, hostileValue(random));
      return copy;
    case 2:
      return array.length === 0 || array.length > 200 ? [] : Array.from({ length: 300 }, () => array[0]);
    default:
      if (place < array.length) copy[place] = mutateOnce(array[place], random);
      return copy;
  }
}

function mutateScalar(value: unknown, random: RandomSource): unknown {
  if (chance(random, 0.35)) return hostileValue(random);
  switch (typeof value) {
    case "number":
      return pick(random, [
        ...hostileNumbers,
        value + 1,
        value - 1,
        -value,
        value + 0.5,
        String(value),
        BigInt(Number.isFinite(value) ? Math.trunc(value) : 1),
      ]);
    case "string":
      return mutateText(value, random);
    case "boolean":
      return !value;
    default:
      return hostileValue(random);
  }
}

/** Cut, grown, of other case, or with something foreign in it. */
export function mutateText(text: string, random: RandomSource): string {
  const place = randomInteger(random, text.length + 1);
  const foreign = pick(random, hostileTexts);
  return pick(random, [
    text.slice(0, place),
    text.slice(0, place) + foreign + text.slice(place),
    text.slice(0, place) + text.slice(place + 1),
    text.toUpperCase(),
    `${text} `,
    text + text,
    foreign,
  ]);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}
