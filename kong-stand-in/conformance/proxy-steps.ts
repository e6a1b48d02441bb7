import type { AdminCall, RecordedRequest, Scenario } from "./proxy-recording.ts";

/**
 * The Admin calls that were made between a scenario's requests. The recordings tell them in the names of the requests
 * only, so they are written down here.
 */
export function stepsBefore(scenario: Scenario, request: RecordedRequest): readonly AdminCall[] {
  switch (request.name) {
    case "after the winner was deleted": {
      const winner = scenario.requests[0]!.result.route!;
      return [{ method: "DELETE", path: `/routes/${winner}`, status: 204 }];
    }
    case "after PATCH of first":
      return [{ method: "PATCH", path: "/routes/first", body: { tags: ["patched"] }, status: 200 }];
    case "after PUT of first without created_at":
      return [putWithoutCreatedAt(scenario, "first")];
    case "after PUT of second without created_at":
      return [putWithoutCreatedAt(scenario, "second")];
    case "after PATCH of the certificate":
      return [
        {
          method: "PATCH",
          path: `/certificates/${FIRST_CERTIFICATE}`,
          body: { cert: "<pem:app-ecdsa.crt>", key: "<pem:app-ecdsa.key>" },
          status: 200,
        },
      ];
    case "after PATCH of the SNI":
      return [
        { method: "PATCH", path: "/snis/moved.test", body: { certificate: { id: THIRD_CERTIFICATE } }, status: 200 },
      ];
    default:
      return [];
  }
}

const FIRST_CERTIFICATE = "c0000000-0000-4000-8000-000000000001";
const THIRD_CERTIFICATE = "c0000000-0000-4000-8000-000000000003";

function putWithoutCreatedAt(scenario: Scenario, name: string): AdminCall {
  const written = scenario.entities.find(({ body }) => (body as { name?: string } | undefined)?.name === name)!;
  const { created_at: _, ...body } = written.body as Record<string, unknown>;
  return { ...written, body };
}
