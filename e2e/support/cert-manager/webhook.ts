import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, request } from "undici";
import type { ControlPlane } from "../controlplane/control-plane.ts";
import { launch } from "../controlplane/place.ts";
import type { Place } from "../controlplane/place.ts";
import { certificateAuthority } from "../pki.ts";
import { onFreePorts } from "../ports.ts";

/** cert-manager's groups, of which the webhook looks at each object that is written. */
const GROUPS = ["cert-manager.io", "acme.cert-manager.io"];

/**
 * Starts cert-manager's webhook on a free port of 127.0.0.1, and has the API server ask it as cert-manager's chart does
 * (`webhook-validating-webhook.yaml`, `webhook-mutating-webhook.yaml`). `kubeconfig`: as whom it asks who may approve.
 */
export async function startWebhook(
  { api }: Pick<ControlPlane, "api">,
  place: Place,
  command: string,
  kubeconfig: string,
): Promise<void> {
  const folder = join(place.dataDir, "webhook");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = await certificateAuthority("webhook-ca");
  const own = await authority.issue({ commonName: "webhook", hosts: ["127.0.0.1"], use: "server" });
  const files = { certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  writeFileSync(files.certificate, own.certificate);
  writeFileSync(files.key, own.key, { mode: 0o600 });
  await onFreePorts(1, async ([port]) => {
    const address = `127.0.0.1:${String(port)}`;
    const args = [
      `--kubeconfig=${kubeconfig}`,
      `--listen=${address}`,
      `--tls-cert-file=${files.certificate}`,
      `--tls-private-key-file=${files.key}`,
    ];
    const agent = new Agent({ connect: { ca: authority.certificate } });
    const answers = async (): Promise<boolean> => {
      const { body } = await request(`https://${address}/validate`, { dispatcher: agent });
      await body.dump();
      return true;
    };
    try {
      await launch(place, { name: "cert-manager-webhook", command, args }, answers);
    } finally {
      await agent.destroy();
    }
    const asked = (path: string, rule: object): object => ({
      metadata: { name: "cert-manager-webhook" },
      webhooks: [
        {
          name: "webhook.cert-manager.io",
          rules: [{ apiVersions: ["v1"], ...rule }],
          admissionReviewVersions: ["v1"],
          matchPolicy: "Equivalent",
          failurePolicy: "Fail",
          sideEffects: "None",
          clientConfig: {
            url: `https://${address}${path}`,
            caBundle: Buffer.from(authority.certificate).toString("base64"),
          },
        },
      ],
    });
    const validated = { apiGroups: GROUPS, operations: ["CREATE", "UPDATE"], resources: ["*/*"] };
    const completed = { apiGroups: GROUPS.slice(0, 1), operations: ["CREATE"], resources: ["certificaterequests"] };
    const registration = "/apis/admissionregistration.k8s.io/v1";
    await api.must("POST", `${registration}/validatingwebhookconfigurations`, asked("/validate", validated));
    await api.must("POST", `${registration}/mutatingwebhookconfigurations`, asked("/mutate", completed));
  });
}
