import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleFolder } from "../go/module-folder.ts";

const MODULE = "github.com/prometheus-operator/prometheus-operator";
const sources = fileURLToPath(new URL("../../tools/prometheus-operator/", import.meta.url));

/** The files with the definitions of ServiceMonitor and PrometheusRule, from Go's module cache or its proxy. */
export async function prometheusKinds(): Promise<readonly string[]> {
  const folder = await moduleFolder(sources, MODULE);
  return ["servicemonitors", "prometheusrules"].map((plural) =>
    join(folder, `example/prometheus-operator-crd/monitoring.coreos.com_${plural}.yaml`),
  );
}
