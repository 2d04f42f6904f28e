// A round's choice for people: a table of the candidates, the reasons, and what to expect of the round.

import { counted } from "../../foundation/counted.ts";
import { formatProbability, formatSeconds as seconds } from "../../selection/quantities.ts";
import { formatCount, formatSeconds, formatShare, plainText } from "../../server/reporting/format-quantities.ts";
import type { Paint } from "../../server/reporting/paint.ts";
import { formatPlainTable, type PlainColumn } from "../../server/reporting/plain-table.ts";
import { tierWords, whyWords } from "../../server/reporting/words.ts";
import type { AnsweredDecision, SelectionAnswer } from "../../server/selection-service/decide-request.ts";
import type { SelectionServiceRequest } from "../../server/selection-service/request-schema.ts";

interface Column {
  readonly title: string;
  readonly align: PlainColumn["align"];
  readonly cellOf: (decision: AnsweredDecision) => string;
}

/** @param paint `noPaint` for plain text. */
export function selectionText(request: SelectionServiceRequest, answer: SelectionAnswer, paint: Paint): string {
  const { decisions, note, warnings } = answer;
  return [
    questionLine(request, answer, paint),
    "",
    tableOf(request, answer, paint),
    "",
    paint("bold", "Reasons"),
    ...decisions.map(({ clientId, reason }) => `  ${clientId}: ${plainText(reason)}`),
    "",
    paint("bold", "The round"),
    ...roundLines(answer).map((line) => `  ${line}`),
    ...(note === null ? [] : [`  ${plainText(note)}`]),
    ...warnings.map((warning) => paint("yellow", `  ! ${plainText(warning)}`)),
  ].join("\n");
}

function questionLine(
  { workload, training, slo }: SelectionServiceRequest,
  answer: SelectionAnswer,
  paint: Paint,
): string {
  const model = workload.model ?? workload.layersModel?.modelName ?? workload.cost?.modelName ?? "";
  const { epochs, batchSize } = training;
  return (
    `${paint("bold", plainText(answer.policy))} on ${counted(answer.decisions.length, "candidate")}: ${plainText(model)}, ` +
    `${counted(epochs, "epoch")} in batches of ${batchSize}; deadline ${seconds(slo.deadlineSeconds)}, ` +
    `p_slo ${formatProbability(slo.minimumProbability)}`
  );
}

function tableOf({ slo }: SelectionServiceRequest, { policy, decisions }: SelectionAnswer, paint: Paint): string {
  const isWorkAdapted = decisions.some(({ work }) => work !== undefined);
  const columns: readonly Column[] = [
    { title: "client", align: "left", cellOf: ({ clientId }) => plainText(clientId) },
    { title: "GPU", align: "left", cellOf: ({ device }) => plainText(device) },
    { title: "tier", align: "left", cellOf: ({ tier }) => tierWords[tier] },
    { title: "p", align: "right", cellOf: ({ deadlineProbability }) => formatShare(deadlineProbability) },
    { title: "expected", align: "right", cellOf: expectedWords },
    { title: "decision", align: "left", cellOf: ({ selected }) => (selected ? "selected" : "skipped") },
    {
      title: "why",
      align: "left",
      cellOf: (decision) => whyWords(decision, { policy, slo }),
    },
    ...(isWorkAdapted ? [{ title: "asked for", align: "left" as const, cellOf: workWords }] : []),
  ];
  const rows = decisions.map((decision) => columns.map(({ cellOf }) => cellOf(decision)));
  const sized = columns.map(({ title, align }, index): PlainColumn => {
    return { title, align, width: Math.max(title.length, ...rows.map((cells) => (cells[index] as string).length)) };
  });
  const painted = rows.map((cells, index) =>
    decisions[index]?.selected ? cells : cells.map((cell) => paint("dim", cell)),
  );
  return formatPlainTable(sized, painted, paint);
}

/** "~" marks an unknown GPU, for which it is the catalogue's median. */
function expectedWords({ expectedSeconds, tier }: AnsweredDecision): string {
  return `${tier === "unknown" ? "~" : ""}${formatSeconds(expectedSeconds)}`;
}

function workWords({ work }: AnsweredDecision): string {
  return work === undefined ? "" : `${formatCount(work.exampleCount)} x ${work.epochs}`;
}

function roundLines({ decisions, deadlineSeconds, roundEnd, forecast }: SelectionAnswer): readonly string[] {
  const selectedCount = decisions.filter(({ selected }) => selected).length;
  const { expectedOnTimeCount, expectedWastedDeviceSeconds, objective } = forecast;
  const end = {
    deadline: `ends after ${seconds(deadlineSeconds)} at the latest`,
    first: `closes with the first ${counted(roundEnd.kind === "first" ? roundEnd.updates : 0, "update")}`,
    all: "waits for all of them",
  }[roundEnd.kind];
  return [
    `${selectedCount} of ${decisions.length} selected; ${Number(expectedOnTimeCount.toPrecision(3))} of them expected on time; it ${end}.`,
    `${seconds(expectedWastedDeviceSeconds)} of device time expected to be spent on updates that come too late.`,
    ...(objective === null
      ? []
      : [
          `At least ${objective.updates} on time with ${formatProbability(objective.reached)} probability, ` +
            `${formatProbability(objective.probability)} asked for.`,
        ]),
  ];
}
