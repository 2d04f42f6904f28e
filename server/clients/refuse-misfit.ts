// A client whose examples the run's network cannot read would be selected, and fail in every round: it is refused at the door.

import type { Architecture } from "../../models/architecture.ts";
import { classCountOf, fitsExamples } from "../../models/fits-examples.ts";
import type { Register } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";

/** Why the registration is refused, if it is. One that does not say what its examples look like is taken. */
export function refuseMisfit(
  { examples }: Pick<Register, "examples">,
  architecture: Architecture,
): Refusal | undefined {
  if (!examples || fitsExamples(architecture, { ...examples, exampleShape: examples.shape })) return undefined;
  const [wanted, found] = [architecture.inputShape.join("x"), examples.shape.join("x")];
  return refuse(
    "server.data-mismatch",
    `This run's network "${architecture.name}" takes examples of ${wanted} in ${classCountOf(architecture)} classes, but this client's data are ` +
      `examples of ${found} in ${examples.classCount}. Start it with the run's data set (--data), or give the run that of the clients.`,
  );
}
