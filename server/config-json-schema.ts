// The configuration's JSON Schema, for editors that complete and check a file while it is written.

import { z } from "zod";
import { serverConfigFields } from "./config.ts";

export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(serverConfigFields, { io: "input", unrepresentable: "any" });
  return { ...schema, title: "Configuration of a ProbSelect aggregator" };
}
