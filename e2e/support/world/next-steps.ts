import { readFileSync } from "node:fs";
import { envFileOf } from "./run-folder.ts";

/** What a person is told who has brought the world up: where its parts are, and what to type next. */
export function nextSteps(folder: string): readonly string[] {
  const env = readFileSync(envFileOf(folder), "utf8");
  const valueOf = (name: string): string => new RegExp(`^export ${name}='(.*)'$`, "m").exec(env)?.[1] ?? "";
  const [, server = ""] = /server: "?([^\s"]+)/.exec(readFileSync(valueOf("KUBECONFIG"), "utf8")) ?? [];
  return [
    `API server:  ${server}`,
    `Kong:        ${valueOf("KONG_PROXY_URL")}, Admin API ${valueOf("KONG_ADMIN_URL")}`,
    `to use it:   . ${envFileOf(folder)}`,
    "then:        kubectl domain claim acme.example -n default   (two teams: docs/tutorial.md; the end: make down)",
  ];
}
