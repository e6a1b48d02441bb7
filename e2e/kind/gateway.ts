import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayImages, hasImage } from "../support/docker.ts";
import type { GatewayImages } from "../support/docker.ts";
import type { Progress } from "../support/progress.ts";

/** What stands in for the gateway: the images of a real Kong and its database, or nothing but our own. */
export type Gateway = GatewayImages | "stand-in";

/** A real Kong where its images are there or can be pulled; else the stand-in, and `progress` is told why. */
export async function chooseGateway(env: NodeJS.ProcessEnv, progress: Progress): Promise<Gateway> {
  const { kong, postgres } = gatewayImages(env);
  if (kong === "none") progress("gateway: kong-stand-in, which answers as Kong does (KONG_IMAGE=none)");
  else if (!(await hasImage(kong)) || !(await hasImage(postgres)))
    progress(`gateway: kong-stand-in, which answers as Kong does, for ${kong} or ${postgres} cannot be pulled`);
  else {
    progress(`gateway: ${kong} with ${postgres}`);
    return { kong, postgres };
  }
  return "stand-in";
}

/** What is applied for it, YAML. */
export function gatewayManifests(gateway: Gateway): string {
  const file = (name: string): string => readFileSync(join(import.meta.dirname, "manifests", name), "utf8");
  const program =
    gateway === "stand-in"
      ? file("stand-in.yaml")
      : file("kong.yaml").replaceAll(/: (KONG|POSTGRES)_IMAGE$/gm, (_line, which) =>
          which === "KONG" ? `: ${gateway.kong}` : `: ${gateway.postgres}`,
        );
  return [program, file("services.yaml"), file("ports.yaml")].join("---\n");
}
