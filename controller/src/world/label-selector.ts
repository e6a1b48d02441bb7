/** One requirement of a label selector, as Kubernetes has it; all of a selector's have to be met. */
export type LabelRequirement =
  | { readonly key: string; readonly operator: "in" | "notIn"; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: "exists" | "doesNotExist" };

/** A label selector; without requirements it matches everything. */
export type LabelSelector = readonly LabelRequirement[];

/** True if the labels meet every requirement. As in Kubernetes, `notIn` is met where the label is missing. */
export function matchesSelector(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return selector.every((requirement) => {
    const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
    switch (requirement.operator) {
      case "in":
        return value !== undefined && requirement.values.includes(value);
      case "notIn":
        return value === undefined || !requirement.values.includes(value);
      case "exists":
        return value !== undefined;
      case "doesNotExist":
        return value === undefined;
    }
  });
}
