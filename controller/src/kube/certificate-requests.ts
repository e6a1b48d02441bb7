import { translateRequestContent } from "../translate/certificate-request.ts";
import type { RequestContent } from "../translate/certificate-request.ts";
import type { CertificateRequest } from "../world/certificate-request.ts";
import { fieldManager } from "./field-manager.ts";
import type { ObjectCalls } from "./object-calls.ts";
import type { VersionRef } from "./refs.ts";
import { wholeSeconds } from "./times.ts";

/** What a CertificateRequest is answered: the condition that it gets. */
export interface RequestAnswer {
  readonly kind: "Approved" | "Denied";
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the controller asks of the API server to approve certificates. Everything throws KubeError on failure. */
export interface CertificateRequestApi {
  /** Reads what is asked for, from the API server itself; undefined only if the API server says that it does not exist. */
  readonly getCertificateRequest: (
    request: Pick<VersionRef, "namespace" | "name">,
  ) => Promise<RequestContent | undefined>;
  /** Approves or denies it if it is still the version that was read. */
  readonly answerCertificateRequest: (version: VersionRef, answer: RequestAnswer) => Promise<CertificateRequest>;
}

/** The calls for CertificateRequests. What is returned throws KubeError. */
export function certificateRequestApi({
  callFor,
  readAs,
}: Pick<ObjectCalls, "callFor" | "readAs">): CertificateRequestApi {
  return {
    getCertificateRequest: (request) =>
      readAs("CertificateRequest", requestPath(request), request.name, translateRequestContent),
    answerCertificateRequest: (version, { at, kind, message, reason }) => {
      const { name, namespace, resourceVersion, uid } = version;
      return callFor("CertificateRequest", {
        method: "PATCH",
        path: `${requestPath(version)}/status`,
        query: { fieldManager, force: "true" },
        contentType: "application/apply-patch+yaml",
        body: {
          apiVersion: "cert-manager.io/v1",
          kind: "CertificateRequest",
          metadata: { namespace, name, uid, resourceVersion },
          // Conditions are told apart by their types: those of others stay.
          status: {
            conditions: [{ type: kind, status: "True", reason, message, lastTransitionTime: wholeSeconds(at) }],
          },
        },
      });
    },
  };
}

function requestPath({ name, namespace }: Pick<VersionRef, "namespace" | "name">): string {
  return `/apis/cert-manager.io/v1/namespaces/${namespace}/certificaterequests/${encodeURIComponent(name)}`;
}
