import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { PROJECT } from "./world/project.ts";

/** A page in Markdown. */
export interface DocPage {
  /** Below the checkout. */
  readonly name: string;
  readonly text: string;
  /** What is fenced, with the language. */
  readonly blocks: readonly { readonly language: string; readonly code: string }[];
  /** What stands between backticks, outside of fences. */
  readonly inline: readonly string[];
}

/** The folders whose pages people read, and the pages beside them. */
const folders = [".", "docs", "charts", "crds", "plugin", ".github"];

/** All pages for people; notes on decisions are left out, since they tell of their day. */
export function docPages(): readonly DocPage[] {
  return folders
    .filter((folder) => existsSync(join(PROJECT, folder)))
    .flatMap((folder) => readdirSync(join(PROJECT, folder)).map((name) => join(folder, name)))
    .filter((name) => name.endsWith(".md"))
    .map(page);
}

/** One page by its name below the checkout. */
export function page(name: string): DocPage {
  const text = readFileSync(join(PROJECT, name), "utf8");
  const fence = /^( *)```(\w*)\n(.*?)^\1```$/gms;
  const blocks = [...text.matchAll(fence)].map(([, , language = "", code = ""]) => ({ language, code }));
  const prose = text.replaceAll(fence, "");
  return { name, text, blocks, inline: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code) };
}

/** The links of a page that lead nowhere: to a file that is not there, or to a heading that its page lacks. */
export function brokenLinks({ name, text }: DocPage): readonly string[] {
  const prose = text.replaceAll(/^( *)```.*?^\1```$/gms, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? name : relative(PROJECT, join(PROJECT, dirname(name), path));
    if (!existsSync(join(PROJECT, target))) return [link];
    return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [link];
  });
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(name: string): readonly string[] {
  return [...page(name).text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
