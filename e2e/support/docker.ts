import { command } from "./command.ts";

/** The images of a gateway, as `docker run` takes them. */
export interface GatewayImages {
  readonly kong: string;
  readonly postgres: string;
}

/** The images that the caller wants: `KONG_IMAGE` and `POSTGRES_IMAGE`, or the official ones. */
export function gatewayImages(env: NodeJS.ProcessEnv): GatewayImages {
  const { KONG_IMAGE: kong = "kong:3.9", POSTGRES_IMAGE: postgres = "postgres:17" } = env;
  return { kong, postgres };
}

/**
 * @param purpose - what runs in Docker; begins the sentence
 * @param otherwise - what there is without Docker; ends it
 * @throws Error with that sentence where there is no Docker, or no engine behind it.
 */
export async function requireDocker(purpose: string, otherwise: string, env = process.env): Promise<void> {
  try {
    await command("docker", ["info", "--format={{.ServerVersion}}"], { env });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new Error(
      `${purpose} runs in Docker, and there is none here (${said}). Install Docker and start it; ${otherwise}`,
      { cause },
    );
  }
}

/** Whether the image is there, or can be pulled. */
export async function hasImage(name: string, env = process.env): Promise<boolean> {
  const inspected = command("docker", ["image", "inspect", name], { env });
  return inspected
    .catch(() => command("docker", ["pull", "--quiet", name], { env }))
    .then(
      () => true,
      () => false,
    );
}
