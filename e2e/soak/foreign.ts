import type { RunningGateway } from "@domain-claims/kong-stand-in";
import { takenName } from "./expected.ts";

const tags = ["somebody-else", "k8s-namespace:soak-a"];

/** Puts into Kong what somebody else has there: one of our hosts, and names that look like ours. */
export async function foreignEntities(gateway: RunningGateway): Promise<readonly object[]> {
  const { store } = gateway;
  const name = "soak-a.other.80";
  await create(gateway, "services", { name, host: "elsewhere", port: 80, tags });
  const route = { name: "soak-a~acme.org~other", hosts: ["acme.org"], paths: ["/other"], tags };
  await create(gateway, `services/${name}/routes`, route);
  await create(gateway, `services/${name}/plugins`, { name: "pre-function", config: { access: ["return"] }, tags });
  return [...store.services.values(), ...store.routes.values(), ...store.plugins.values()];
}

/** A name that ours need, in somebody else's hands. */
export interface Taken {
  readonly entity: object;
  readonly giveBack: () => void;
}

/** Somebody else takes {@link takenName}, while ours do not have it. */
export async function takeName(gateway: RunningGateway): Promise<Taken> {
  const { services } = gateway.store;
  await create(gateway, "services", { name: takenName.name, host: "elsewhere", port: 80, tags });
  const entity = [...services.values()].find(({ name }) => name === takenName.name);
  if (entity === undefined) throw new Error(`${takenName.name} is not there`);
  return { entity, giveBack: () => gateway.store.delete("services", entity.id) };
}

async function create({ adminUrl }: RunningGateway, path: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const { status } = await fetch(`${adminUrl}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (status !== 201) throw new Error(`POST ${path}: ${String(status)}`);
}
