import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { GatewayImages } from "../docker.ts";
import { GiveUp } from "../wait.ts";

/** The ports of 127.0.0.1 that a Kong and what it needs listen on. */
export interface KongPorts {
  readonly postgres: number;
  readonly admin: number;
  readonly proxy: number;
  readonly proxyTls: number;
  readonly dns: number;
}

/** A container: an image, its environment, and what its shell runs. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly script: string;
}

/**
 * Kong in database mode as docs/install.md has it, and its database. They are in the network of this machine, on loopback:
 * so Kong reaches the backends of the harness, and nobody else reaches Kong.
 */
export function containers(
  images: GatewayImages,
  ports: KongPorts,
): { readonly [K in "postgres" | "kong"]: Container } {
  return {
    postgres: {
      name: "postgres",
      image: images.postgres,
      env: { POSTGRES_USER: "kong", POSTGRES_DB: "kong", POSTGRES_PASSWORD: "kong" },
      script: `docker-entrypoint.sh postgres -p ${ports.postgres} -c listen_addresses=127.0.0.1`,
    },
    kong: {
      name: "kong",
      image: images.kong,
      env: {
        KONG_DATABASE: "postgres",
        KONG_PG_HOST: "127.0.0.1",
        KONG_PG_PORT: String(ports.postgres),
        KONG_PG_PASSWORD: "kong",
        KONG_ROUTER_FLAVOR: "traditional_compatible",
        KONG_WORKER_STATE_UPDATE_FREQUENCY: "1",
        KONG_NGINX_WORKER_PROCESSES: "2",
        KONG_DNS_RESOLVER: `127.0.0.1:${ports.dns}`,
        KONG_DNS_ORDER: "LAST,A,CNAME",
        KONG_DNS_VALID_TTL: "1",
        KONG_DNS_STALE_TTL: "4",
        KONG_DNS_NOT_FOUND_TTL: "1",
        KONG_ADMIN_LISTEN: `127.0.0.1:${ports.admin}`,
        KONG_PROXY_LISTEN: `127.0.0.1:${ports.proxy}, 127.0.0.1:${ports.proxyTls} ssl`,
        KONG_ADMIN_GUI_LISTEN: "off",
        KONG_STATUS_LISTEN: "off",
        KONG_ANONYMOUS_REPORTS: "off",
        KONG_PROXY_ACCESS_LOG: "off",
        KONG_ADMIN_ACCESS_LOG: "off",
        KONG_PROXY_ERROR_LOG: "/dev/stderr",
        KONG_ADMIN_ERROR_LOG: "/dev/stderr",
      },
      script: "kong migrations bootstrap && KONG_NGINX_DAEMON=off kong start",
    },
  };
}

/** The arguments of `docker` that run a container in the foreground and remove it when it ends. */
export function runArguments({ image, env, script }: Container): readonly string[] {
  const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const options = ["--rm", "--interactive", "--pull=never", "--network=host", "--entrypoint=sh", ...variables];
  return ["run", ...options, image, "-c", whileFed(script)];
}

/**
 * A shell script that ends as soon as `script` or its own input does: the input, when whoever holds it closes it or dies,
 * however that comes about. A container ends with the shell that it was started with.
 */
export function whileFed(script: string): string {
  return `exec 3<&0; cat <&3 >/dev/null & input=$!; { ${script} </dev/null; kill $input; } & wait $input`;
}

/** Starts a container; what it prints is printed by us. It ends when we end. */
export function runContainer(container: Container): ChildProcess {
  return spawn("docker", runArguments(container), { stdio: ["pipe", "inherit", "inherit"] });
}

/** Resolves never: rejects when a container ends before we do. */
export function endOf({ name, image }: Container, running: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    running.once("error", reject);
    running.once("exit", (code) => reject(new GiveUp(`${name} (${image}) ended with ${code}`)));
  });
}
