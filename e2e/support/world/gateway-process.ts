import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../controlplane/place.ts";
import type { Place } from "../controlplane/place.ts";
import { gatewayImages, hasImage, requireDocker } from "../docker.ts";
import type { KongAddresses } from "./given-kong.ts";
import { PROJECT } from "./project.ts";

/** Starts the embedded gateway on free ports and returns where it listens. `args` are further arguments for it. */
export async function startGateway(place: Place, args: readonly string[] = []): Promise<KongAddresses> {
  const ports = ["--admin-port", "0", "--proxy-port", "0", "--tls-port", "0", "--control-port", "0"];
  return { ...(await started(place, "kong-stand-in/src/main.ts", [...ports, ...args])), embedded: true };
}

/**
 * Starts a real Kong with a database of its own, in Docker, and returns where it listens. It starts empty and keeps nothing.
 *
 * @param env - may name the images: `KONG_IMAGE`, `POSTGRES_IMAGE`
 * @throws Error with a sentence where there is no Docker, or an image is not there and can't be pulled.
 */
export async function startDockerKong(place: Place, env: NodeJS.ProcessEnv): Promise<KongAddresses> {
  const otherwise = "the gateway that starts without KONG=docker needs none of that";
  await requireDocker("the Kong of KONG=docker", otherwise, env);
  const { kong, postgres } = gatewayImages(env);
  for (const image of [kong, postgres]) {
    if (await hasImage(image, env)) continue;
    throw new Error(
      `the image ${image} is not here and Docker can't pull it: name others by KONG_IMAGE and POSTGRES_IMAGE; ${otherwise}`,
    );
  }
  return { ...(await started(place, "e2e/support/docker-kong/main.ts", [], env)), embedded: false };
}

/** Starts one of our programs that is a gateway, and returns where it listens. */
async function started(
  place: Place,
  program: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Omit<KongAddresses, "embedded">> {
  const readyFile = join(place.dataDir, "gateway.json");
  rmSync(readyFile, { force: true });
  const spec = {
    name: "gateway",
    command: process.execPath,
    args: [join(PROJECT, program), "--ready-file", readyFile, ...args],
    ...(env === undefined ? {} : { env }),
  };
  await launch(place, spec, async () => existsSync(readyFile));
  const ready = JSON.parse(readFileSync(readyFile, "utf8")) as ReadyFile;
  return {
    adminUrl: ready.admin,
    proxyUrl: ready.proxy,
    nodeUrls: ready.nodes.map(({ proxy }) => proxy),
    nodeTls: ready.nodes.map(({ tls }) => tls),
    proxyTls: ready.tls,
    controlUrl: ready.control,
    ours: true,
  };
}

/**
 * What a gateway writes when it listens: addresses as URLs, host and port of the TLS listener, and proxy and TLS listener of
 * each node; `control` is the stand-in's alone.
 */
interface ReadyFile {
  readonly admin: string;
  readonly proxy: string;
  readonly tls: string;
  readonly control?: string;
  readonly nodes: readonly { readonly proxy: string; readonly tls: string }[];
}
