import type * as http from "node:http";
import type { Stored } from "./api-objects.ts";

/** Rows with the columns that the CRD's printer columns give. */
export function table(items: readonly Stored[], metadata: unknown): unknown {
  const columns = [
    ["Name", 0],
    ["Host", 0],
    ["Phase", 0],
    ["Reason", 0],
    ["Ready", 0],
    ["Stage", 1],
    ["Parent", 1],
    ["Holder", 1],
    ["Age", 0],
  ] as const;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: columns.map(([name, priority]) => ({ name, priority, type: "string" })),
    rows: items.map((object) => {
      const { host, phase, reason, parent, holder, stage, conditions = [] } = object.status ?? {};
      const ready = (conditions as { type: string; status: string }[]).find(({ type }) => type === "Ready")?.status;
      return {
        cells: [object.metadata.name, host, phase, reason, ready, stage, parent, holder, "3d"].map(
          (cell) => cell ?? "",
        ),
        object,
      };
    }),
  };
}

/** The Status with which an API server refuses. */
export function failure(code: number, reason: string, message: string): unknown {
  return { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, code };
}

/** Answers in JSON. */
export function send(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
