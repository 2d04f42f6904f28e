// Reads tables of which every row must be usable: a hole or a slip of the pen is an error, not a row less.

import type { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { readTable } from "./read-measurements.ts";

/**
 * The rows of a CSV as the schema has them.
 *
 * @param source how errors name the text, as in "Row 3 of the traces".
 * @throws {ProbSelectError} experiments.malformed-measurements naming the row and the column.
 */
export function readRows<Row>(
  schema: z.ZodType<Row> & { readonly shape: object },
  text: string,
  source: string,
): readonly Row[] {
  return readTable(text, source, Object.keys(schema.shape)).map((record, index) => {
    const parsed = schema.safeParse(record);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new ProbSelectError(
      "experiments.malformed-measurements",
      `Row ${index + 1} of ${source}: ${issue?.path.join(".")} ${issue?.message}. Correct it.`,
    );
  });
}
