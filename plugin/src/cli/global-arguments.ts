import type { GlobalValues } from "../kube/open-session.ts";
import { globalFlags } from "./flags.ts";

/** The global flags that were given, as arguments for kubectl. */
export function globalArguments(values: GlobalValues): readonly string[] {
  return Object.keys(globalFlags).flatMap((name) => {
    const value = values[name];
    if (name === "help") return [];
    if (value === true) return [`--${name}`];
    if (typeof value === "number") return [`--${name}=${String(value)}${name === "request-timeout" ? "ms" : ""}`];
    const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
    return texts.map((one) => `--${name}=${one}`);
  });
}
