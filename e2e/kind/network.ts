import { command } from "../support/command.ts";

/** The address of this machine in the network of kind's nodes, which their pods reach it by. */
export async function addressInNetwork(): Promise<string> {
  const format = "--format={{range .IPAM.Config}}{{.Gateway}} {{end}}";
  const gateways = (await command("docker", ["network", "inspect", "kind", format])).trim().split(/\s+/);
  const address = gateways.find((gateway) => /^[\d.]+$/.test(gateway));
  if (address === undefined) throw new Error(`Docker's network kind has no IPv4 gateway, only ${gateways.join(", ")}`);
  return address;
}
