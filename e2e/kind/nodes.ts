import { command } from "../support/command.ts";

/** A node, as far as its pods' network goes. */
interface Node {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly podCIDR: string; readonly taints?: readonly { readonly key: string }[] };
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

/** What keeps pods from a control plane that has workers. */
const TAINT = "node-role.kubernetes.io/control-plane";

/**
 * Has pods run on every node, and reach those of the others. The image of Debian's packages (`ownNetwork`) has a network
 * that knows one node: each gets its own range of addresses, and routes to the others'. Throws what kubectl or Docker said.
 */
export async function joinNodes(
  kubectl: (args: readonly string[]) => Promise<string>,
  ownNetwork: boolean,
): Promise<void> {
  const { items } = JSON.parse(await kubectl(["get", "nodes", "--output=json"])) as { readonly items: readonly Node[] };
  for (const node of items) {
    const { name } = node.metadata;
    if (node.spec.taints?.some(({ key }) => key === TAINT) === true)
      await kubectl(["taint", "nodes", name, `${TAINT}-`]);
    if (!ownNetwork) continue;
    const range = `sed --in-place 's|"subnet": "[^"]*"|"subnet": "${node.spec.podCIDR}"|' /etc/cni/net.d/10-ptp.conflist`;
    const routes = items
      .filter((other) => other !== node)
      .map((other) => `ip route replace ${other.spec.podCIDR} via ${addressOf(other)}`);
    await command("docker", ["exec", name, "sh", "-c", [range, ...routes].join(" && ")]);
  }
}

function addressOf({ metadata, status }: Node): string {
  const found = status.addresses.find(({ type }) => type === "InternalIP");
  if (found === undefined) throw new Error(`the node ${metadata.name} has no address`);
  return found.address;
}
