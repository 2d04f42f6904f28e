// Lines of Wi-Fi: each is a user whose rates were measured down and up as mean and standard deviation (PKU-Chengxu/FLASH). The package
// carries the figures in wifi-users.data.json, written by scripts/measured.ts.

import { z } from "zod";
import { findLinkProfile } from "../../network/link-profiles.ts";
import { logSigmaOfVariation } from "../link-spread/measured-line.ts";
import { cosineNormal, sineNormal } from "./normal-pair.ts";
import type { MeasuredLine } from "./types.ts";
import table from "./wifi-users.data.json" with { type: "json" };

const mean = z.number().positive();
const deviation = z.number().min(0);
const usersSchema = z.array(z.tuple([z.string(), mean, deviation, mean, deviation, z.number().positive()]));

/** A log-normal rate: its median in bit/s, and the standard deviation of its logarithm. */
interface RateLaw {
  readonly medianBitsPerSecond: number;
  readonly logSigma: number;
}

/** The users' lines, in the order in which they were measured. */
export function wifiLines(): readonly MeasuredLine[] {
  return usersSchema.parse(table.users).map(([user, downMean, downDeviation, upMean, upDeviation, leftOutLogSigma]) =>
    wifiLine(user, {
      down: rateLaw(downMean, downDeviation),
      up: rateLaw(upMean, upDeviation),
      leftOutLogSigma,
    }),
  );
}

/**
 * A line on which each transfer has a rate of its own, log-normal; down and up are independent, since no pairs were measured.
 *
 * @param user its name in the measurements.
 */
export function wifiLine(
  user: string,
  { down, up, leftOutLogSigma }: { readonly down: RateLaw; readonly up: RateLaw; readonly leftOutLogSigma: number },
): MeasuredLine {
  return {
    name: `measured-wifi/${user}`,
    kind: "wifi",
    downlinkBitsPerSecond: down.medianBitsPerSecond,
    uplinkBitsPerSecond: up.medianBitsPerSecond,
    roundTripSeconds: findLinkProfile("wifi").link.roundTripSeconds,
    leftOutLogSigma,
    transferSeconds: (bits, draw) => {
      const [u, v] = [draw("wifi-radius"), draw("wifi-angle")];
      return {
        downloadSeconds: (bits.down / down.medianBitsPerSecond) * Math.exp(-down.logSigma * cosineNormal(u, v)),
        uploadSeconds: (bits.up / up.medianBitsPerSecond) * Math.exp(-up.logSigma * sineNormal(u, v)),
      };
    },
  };
}

/**
 * The log-normal law of a rate of this mean and standard deviation: sigma^2 = ln(1 + (sd / mean)^2), median = mean / exp(sigma^2 / 2).
 *
 * @example rateLaw(10, 0) // { medianBitsPerSecond: 10, logSigma: 0 }
 */
export function rateLaw(meanBitsPerSecond: number, deviationBitsPerSecond: number): RateLaw {
  const logSigma = logSigmaOfVariation(deviationBitsPerSecond / meanBitsPerSecond);
  return { medianBitsPerSecond: meanBitsPerSecond / Math.exp(logSigma ** 2 / 2), logSigma };
}
