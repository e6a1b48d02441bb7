import { leadingNowhere } from "../../src/plan/kong/service.ts";
import type { FakeKong } from "./fake-kong.ts";

/** Has somebody else have a service of that name in Kong, so that none of ours can have it. */
export function takeServiceName(kong: FakeKong, name: string): void {
  const id = "3f0e0c52-7f0a-4f35-9f8e-1f4a5b0c7d11";
  kong.put("services", { ...leadingNowhere, id, name, host: "elsewhere", port: 1, tags: [] });
}
