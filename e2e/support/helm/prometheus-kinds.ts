import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const MODULE = "github.com/prometheus-operator/prometheus-operator";
const sources = fileURLToPath(new URL("../../tools/prometheus-operator/", import.meta.url));

/** The files with the definitions of ServiceMonitor and PrometheusRule, from Go's module cache or its proxy. */
export async function prometheusKinds(): Promise<readonly string[]> {
  const env = { ...process.env, GOWORK: "off", GOFLAGS: "-mod=readonly" };
  const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", MODULE], { cwd: sources, env });
  const { Dir: folder } = JSON.parse(stdout) as { readonly Dir: string };
  return ["servicemonitors", "prometheusrules"].map((plural) =>
    join(folder, `example/prometheus-operator-crd/monitoring.coreos.com_${plural}.yaml`),
  );
}
