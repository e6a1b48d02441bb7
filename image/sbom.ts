import type { NpmPackage } from "./bundle.ts";
import type { DebianPackage } from "./debian.ts";

/** A part of something, as CycloneDX 1.5 describes it; of npm's own fields we look at these. */
export interface Component {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly "bom-ref": string;
  readonly [field: string]: unknown;
}

/** What an image is made of. */
export interface Contents {
  /** The image: its name and version. */
  readonly name: string;
  readonly version: string;
  /** What `npm sbom` says of all that is installed in the checkout. */
  readonly known: readonly Component[];
  /** The packages of which the bundle has parts. */
  readonly bundled: readonly Pick<NpmPackage, "name" | "version">[];
  /** The version of Node. */
  readonly node: string;
  /** What lies below Node: Debian's packages, or a base image, whose own list says the rest. */
  readonly below: readonly DebianPackage[] | { readonly image: string };
}

/**
 * The software bill of materials of an image, in CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/): what is in it, not
 * what was installed to build it. It has no date and no serial number, so that the same image has the same one.
 * @throws Error where npm does not know a package that is in the bundle.
 */
export function billOfMaterials({ name, version, known, bundled, node, below }: Contents): object {
  const byPurl = new Map(known.map((one) => [decodeURIComponent(one.purl), one]));
  const npm = bundled.map((one) => {
    const component = byPurl.get(`pkg:npm/${one.name}@${one.version}`);
    if (component === undefined)
      throw new Error(`npm does not know ${one.name}@${one.version}, which is in the bundle`);
    return component;
  });
  const runtime = component("framework", "node", node, `pkg:generic/node@${node}`);
  const system = "image" in below ? [container(below.image)] : below.map(debian);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: component("container", name, version, `pkg:oci/${name}?tag=${version}`) },
    components: [...npm, runtime, ...system],
  };
}

function component(type: string, name: string, version: string, purl: string): Component {
  return { type, name, version, purl, "bom-ref": purl };
}

function debian({ name, version, architecture }: DebianPackage): Component {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
  return component("library", name, version, purl);
}

function container(image: string): Component {
  const [, name = image, version = "latest"] = /^(.+?)(?:[:@]([^/]+))?$/.exec(image) ?? [];
  return component("container", name, version, `pkg:oci/${name.split("/").at(-1) ?? name}?tag=${version}`);
}
