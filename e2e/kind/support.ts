import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { dyingWithUs, endingWithUs } from "../support/process.ts";
import type { Story } from "../stories/support/story.ts";
import { documents } from "../support/documents.ts";

const json = (text: string): unknown => JSON.parse(text);

/** A pod as far as the suites look. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly nodeName: string };
  readonly status: {
    readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
  };
}

/** kubectl as cluster admin; throws what it said where it fails. */
export async function admin(story: Story, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await story.kubectl(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** The controller's pods, without those that are ending. */
export async function controllerPods(story: Story): Promise<readonly Pod[]> {
  const selector = ["--namespace=kong-system", "--selector=app.kubernetes.io/name=domain-claims", "--output=json"];
  const { items } = json(await admin(story, ["get", "pods", ...selector])) as { readonly items: readonly Pod[] };
  return items.filter(({ metadata }) => !("deletionTimestamp" in metadata));
}

/** The name of the pod that leads, "" while none does. */
export async function leader(story: Story): Promise<string> {
  const holder = "--output=jsonpath={.spec.holderIdentity}";
  // The identity is the pod's name and something that is the process's own.
  return (await admin(story, ["get", "lease", "domain-claims", "--namespace=kong-system", holder])).split("_")[0] ?? "";
}

/**
 * Follows what a pod logs, and resolves when the first of it has come: from then on the kubelet gives all of it, also of a pod that is
 * deleted meanwhile. The answer is all of it, once the pod has ended.
 */
export async function followLog({ cluster }: Story, pod: string): Promise<{ readonly whole: Promise<string> }> {
  const args = ["--kubeconfig", cluster.kubeconfig, "logs", pod, "--namespace=kong-system", "--follow"];
  const [program, ...line] = dyingWithUs(cluster.kubectl, args);
  const { stdout } = endingWithUs(spawn(program, line, { detached: true, stdio: ["ignore", "pipe", "inherit"] }));
  const whole = text(stdout.pipe(new PassThrough()));
  await Promise.race([once(stdout, "data"), once(stdout, "end")]);
  return { whole };
}

/** What answers in a pod: which Service it is behind, and which pod it is. */
const server = `
const answer = JSON.stringify({ namespace: process.env.NAMESPACE, service: process.env.SERVICE, pod: process.env.HOSTNAME });
require("node:http").createServer((request, response) => response.end(answer)).listen(8080);
process.once("SIGTERM", () => process.exit());`;

/**
 * Two pods that answer as the stories' backends do, on the port `web`, which is 8080, and the Service before them: its port
 * `http` is 80, or for a headless one what `port` and `targetPort` say.
 */
export async function deploySite(
  story: Story,
  namespace: string,
  service: string,
  spec: { readonly clusterIP?: string; readonly targetPort: number | string },
): Promise<void> {
  const labels = { app: service };
  const variables = { NAMESPACE: namespace, SERVICE: service };
  const container = {
    name: "web",
    image: "domain-claims:e2e",
    imagePullPolicy: "Never",
    command: ["node", "--eval", server],
    env: Object.entries(variables).map(([name, value]) => ({ name, value })),
    ports: [{ name: "web", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/", port: "web" }, periodSeconds: 1 },
  };
  const { targetPort, ...more } = spec;
  const objects = [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: service },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: service },
      spec: { ...more, selector: labels, ports: [{ name: "http", port: 80, targetPort }] },
    },
  ];
  await admin(story, ["apply", "--namespace", namespace, "--filename=-"], documents(objects));
  await admin(story, ["rollout", "status", `deployment/${service}`, "--namespace", namespace, "--timeout=120s"]);
}
