import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { annotationReference, ingressAnnotations, serviceAnnotations } from "../../src/translate/annotation-table.ts";
import type { AnnotationRow } from "../../src/translate/annotation-table.ts";
import { translate } from "../../src/translate/translate.ts";

const metadata = {
  namespace: "a",
  name: "b",
  uid: "u",
  resourceVersion: "1",
  creationTimestamp: "2026-04-04T12:00:00Z",
};

/** What is made of one annotation of an Ingress, or of a Service. */
const answers = {
  Ingress: (annotations: Readonly<Record<string, string>>) => {
    const { issuing, notes, restrictions } = translate.Ingress({ metadata: { ...metadata, annotations }, spec: {} });
    return issuing === undefined ? answer(restrictions, notes) : "issues";
  },
  Service: (annotations: Readonly<Record<string, string>>) => {
    const { problems, restrictions } = translate.Service({ metadata: { ...metadata, annotations }, spec: {} });
    return answer(restrictions, problems);
  },
} as const;

function answer(restrictions: readonly unknown[], told: readonly unknown[]): AnnotationRow["answer"] {
  return restrictions.length > 0 ? "restricts" : told.length > 0 ? "told" : "honoured";
}

/** A value that the annotation takes. */
function valueFor({ takes = "x" }: AnnotationRow): string {
  if (takes.startsWith("hosts")) return "a.example";
  if (takes.startsWith("a path")) return "/api";
  return /^(?:milliseconds|a number) from (\d+)/.exec(takes)?.[1] ?? takes.split(/[ ,]/)[0] ?? "";
}

describe.each([
  ["Ingress", ingressAnnotations],
  ["Service", serviceAnnotations],
] as const)("of an %s", (kind, table) => {
  test.each(Object.entries<AnnotationRow>(table))("%s is answered as the table says", (name, row) => {
    const annotation = name.replace(/\*$/, name.startsWith("konghq.com/*") ? "regex-priority" : "x");
    expect(answers[kind]({ [annotation]: valueFor(row) })).toBe(row.answer);
  });
});

const introduction = `# Annotations

What becomes of the annotations that users of Kong's own ingress controller know. The rule: what says how a route is served is
honoured where Kong has a field for it. **What restricts access and can't be honoured keeps the route out of Kong**, with the
reason \`UnsupportedAnnotation\`, so that nothing is open that was meant to be protected. Everything else has no effect, and its
owner is told so by an event and in the claim's \`status.sources\`.

An administrator who has the restriction seen to elsewhere can have an annotation ignored: \`--ignored-annotations\`
([settings](settings.md)). The routes then go live without it.`;

const betweenTables = `Besides, \`kubernetes.io/ingress.class\` is read where \`spec.ingressClassName\` is missing: the class that it
names decides whether the Ingress is ours. Annotations of other controllers (\`nginx.ingress.kubernetes.io/...\`,
\`cert-manager.io/...\`) are theirs: they have no effect here.

## On a Service

They count for every path that leads to the Service.`;

const ending = `## On a claim

| Annotation | What it says |
|---|---|
| \`platform.koli.io/release: "true"\` | the claim is given up on purpose: when it is deleted, its host is free at once. \`kubectl domain release\` writes it |`;

// Writes it anew: npx vitest run --project unit annotations-doc --update
test("docs/annotations.md lists the annotations that there are", async () => {
  const parts = [
    introduction,
    "## On an Ingress",
    annotationReference(ingressAnnotations),
    betweenTables,
    annotationReference(serviceAnnotations),
    ending,
  ];
  const page = await format(`${parts.join("\n\n")}\n`, { parser: "markdown", printWidth: 120 });
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, "../../../docs/annotations.md"));
});
