// Lines of Wi-Fi: each is a user whose rates were measured down and up as mean and standard deviation (PKU-Chengxu/FLASH). The package
// carries the figures in wifi-users.data.json, written by scripts/measured.ts.

import { z } from "zod";
import { normalOf, otherNormalOf } from "../../foundation/variates-of-uniforms.ts";
import { findLinkProfile } from "../../network/link-profiles.ts";
import { logSigmaOfVariation } from "../link-spread/measured-line.ts";
import type { MeasuredLine } from "./types.ts";
import { weibullRate } from "./weibull-rate.ts";
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
 * The same users, who state the same medians of a log-normal law, but whose rates are Weibull with the measured mean and standard
 * deviation: neither the form nor the median is what a forecast takes them for.
 */
export function weibullWifiLines(): readonly MeasuredLine[] {
  const users = usersSchema.parse(table.users);
  return wifiLines().map((line, index): MeasuredLine => {
    const [user, downMean, downDeviation, upMean, upDeviation] = users[index] as (typeof users)[number];
    const [down, up] = [weibullRate(downMean, downDeviation), weibullRate(upMean, upDeviation)];
    return {
      ...line,
      name: `measured-wifi-weibull/${user}`,
      transferSeconds: (bits, draw) => ({
        downloadSeconds: bits.down / down.quantile(draw("wifi-down")),
        uploadSeconds: bits.up / up.quantile(draw("wifi-up")),
      }),
    };
  });
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
        downloadSeconds: (bits.down / down.medianBitsPerSecond) * Math.exp(-down.logSigma * normalOf(u, v)),
        uploadSeconds: (bits.up / up.medianBitsPerSecond) * Math.exp(-up.logSigma * otherNormalOf(u, v)),
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
