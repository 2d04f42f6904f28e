// The rows that a mistyped GPU name probably meant. Names are compared word by word, without makers and families: first as if
// letters that look like digits were digits, then by the slips in each word (foundation/closest-name.ts).

import { closestName, slipsBetween } from "../../foundation/closest-name.ts";
import type { DeviceVendor } from "../types.ts";
import type { CatalogueRow } from "./catalogue/catalogue-table.ts";
import { readDeviceNames } from "./device-name.ts";
import { findDevice } from "./find-device.ts";
import { gpuCatalogue } from "./gpu-catalogue.ts";

/** Words of a name that say nothing of the card; readDeviceNames drops them where they are spelt rightly. */
const makers: readonly string[] = [
  "nvidia",
  "geforce",
  "tesla",
  "quadro",
  "radeon",
  "instinct",
  "jetson",
  "qualcomm",
  "adreno",
  "apple",
];

/** Words before a number that people leave out. */
const series: readonly string[] = ["rtx", "gtx", "rx"];

/** Words after a number that makers put there: people make up others, as "RTX 4090 Ti". */
const endings: readonly string[] = ["ti", "super", "xt", "xtx", "gre", "d", "s", "m", "pro", "max", "ultra", "mobile"];

/** What a word costs that the row lacks, whatever its length. */
const STRAY_WORD = 2;
/** A made-up ending of a right name: less than another number, even one with the same digits. */
const STRAY_ENDING = 0.75;
/** What a word of the row costs that was not written: "3090" may be the 3090 Ti, but is the 3090 first. */
const UNWRITTEN_WORD = 0.5;
/** Another number is another card, unless its digits are only in another order. */
const OTHER_NUMBER = 1;
/** A maker or family, even a mistyped one, tells cards of the same number apart. */
const OTHER_MAKER = 1;

const gluedMaker = new RegExp(`\\b(${makers.join("|")})(?=\\w)`, "gi");

const wordsOfRows = gpuCatalogue.map((row) => ({ row, words: cardWords(row.name) }));

/**
 * The rows whose names are nearest to one that `findDevice` does not know, the nearest first: those that fit best, and their
 * variants. None if nothing is near.
 *
 * @example nearestDevices("gefroce RTX 4O90").map((row) => row.name) // ["GeForce RTX 4090"]
 */
export function nearestDevices(text: string, count = 3): readonly CatalogueRow[] {
  const plain = withDigits(text.replace(gluedMaker, "$1 "));
  const written = cardWords(plain);
  const makerMeant = (word: string) => (makers.includes(word) ? undefined : closestName(word, makers));
  const words = written.filter((word) => makerMeant(word) === undefined);
  const [meant] = [plain, words.join(" ")].map(rowsOf).filter((rows) => rows.length > 0);
  const [named] = readDeviceNames([...written.map(makerMeant), plain].join(" "));
  return (meant ?? nearestInSpelling(words, named?.vendor ?? null)).slice(0, count);
}

/** Names for a person: "A, B or C"; undefined if there is none. */
export function nearestDeviceNames(text: string): string | undefined {
  const names = nearestDevices(text).map(({ name }) => name);
  return names.length < 2 ? names[0] : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function rowsOf(name: string): readonly CatalogueRow[] {
  const match = findDevice(name);
  if (match.kind === "none") return [];
  return match.kind === "found" ? [match.device] : match.devices;
}

/** "4O90" -> "4090", "A1OO" -> "A100", "l080" -> "1080". */
function withDigits(text: string): string {
  return text
    .replace(/(?<=\d[oil|]*)o/gi, "0")
    .replace(/(?<=\d)[il|](?=\d)|\b[il|](?=\d{3})/gi, "1")
    .replace(/(?<=\d)s(?=\d)/gi, "5")
    .replace(/(?<=\d)b(?=\d)/gi, "8");
}

/** The words that tell cards apart, numbers apart from what is glued to their end: "7900xtx" -> 7900, xtx. */
function cardWords(text: string): readonly string[] {
  return (readDeviceNames(text)[0]?.modelTokens ?? []).flatMap((token) =>
    token.split(/(?<=\d)(?=[a-z])|(?<=[a-z]{3})(?=\d)/),
  );
}

/** @param vendor that the name says; null if none. */
function nearestInSpelling(words: readonly string[], vendor: DeviceVendor | null): readonly CatalogueRow[] {
  if (words.join("").length < 2) return [];
  const near = wordsOfRows
    .map((named) => {
      const { cost, likeLetters } = distanceTo(named.words, words);
      const isOther = vendor !== null && vendor !== named.row.vendor;
      return { row: named.row, likeLetters, cost: cost + (isOther ? OTHER_MAKER : 0) };
    })
    // A slip in three letters, but two in any case.
    .filter(({ cost, likeLetters }) => likeLetters > 0 && cost <= Math.max(2, Math.floor(likeLetters / 3)))
    .sort((first, second) => first.cost - second.cost);
  const least = near[0]?.cost ?? 0;
  return near.filter(({ cost }) => cost <= least + UNWRITTEN_WORD).map(({ row }) => row);
}

/** How far the written words are from a row's, and how many letters have a counterpart there. */
function distanceTo(row: readonly string[], written: readonly string[]) {
  const left = [...row];
  let cost = 0;
  let likeLetters = 0;
  for (const word of written) {
    const [nearest] = left
      .map((other) => ({ other, cost: slips(word, other) }))
      .sort((first, second) => first.cost - second.cost);
    if (nearest === undefined || nearest.cost > Math.min(STRAY_WORD, word.length - 1)) {
      cost += endings.includes(word) ? STRAY_ENDING : STRAY_WORD;
      continue;
    }
    left.splice(left.indexOf(nearest.other), 1);
    cost += nearest.cost;
    likeLetters += word.length;
  }
  return { cost: cost + UNWRITTEN_WORD * left.filter((word) => !series.includes(word)).length, likeLetters };
}

function slips(given: string, name: string): number {
  const digits = (word: string) => word.replace(/\D/g, "").split("").sort().join("");
  return slipsBetween(given, name) + (digits(given) === digits(name) ? 0 : OTHER_NUMBER);
}
