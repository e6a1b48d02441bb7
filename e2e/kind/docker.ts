import { command } from "../support/command.ts";

/** @throws Error with a sentence for people where there is no Docker, or no engine behind it. */
export async function requireDocker(): Promise<void> {
  try {
    await command("docker", ["info", "--format={{.ServerVersion}}"]);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new Error(
      `a cluster of kind runs in Docker, and there is none here (${said}). Install Docker and start it; the same stories run without it: make e2e`,
      { cause },
    );
  }
}

/** Whether the image is there, or can be pulled. */
export async function hasImage(name: string): Promise<boolean> {
  const inspected = command("docker", ["image", "inspect", name]);
  return inspected
    .catch(() => command("docker", ["pull", "--quiet", name]))
    .then(
      () => true,
      () => false,
    );
}

/** The address of this machine in the network of kind's nodes, which their pods reach it by. */
export async function addressInNetwork(): Promise<string> {
  const format = "--format={{range .IPAM.Config}}{{.Gateway}} {{end}}";
  const gateways = (await command("docker", ["network", "inspect", "kind", format])).trim().split(/\s+/);
  const address = gateways.find((gateway) => /^[\d.]+$/.test(gateway));
  if (address === undefined) throw new Error(`Docker's network kind has no IPv4 gateway, only ${gateways.join(", ")}`);
  return address;
}
