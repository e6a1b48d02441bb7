import { expect, test } from "vitest";
import { translate } from "../../src/translate/translate.ts";
import type { Service } from "../../src/world/core-v1.ts";

function service(annotations: Readonly<Record<string, string>>): Service {
  return translate.Service({ metadata: { namespace: "a", name: "b", uid: "u", annotations }, spec: {} });
}

test("the annotations for which Kong's service has a field are read", () => {
  const { options, problems, restrictions } = service({
    "konghq.com/protocol": "HTTPS",
    "konghq.com/path": "/v1/",
    "konghq.com/connect-timeout": "1000",
    "konghq.com/read-timeout": "2000",
    "konghq.com/write-timeout": "3000",
    "konghq.com/retries": "0",
  });
  expect(options).toEqual({
    protocol: "https",
    path: "/v1/",
    connectTimeout: 1000,
    readTimeout: 2000,
    writeTimeout: 3000,
    retries: 0,
  });
  expect([problems, restrictions]).toEqual([[], []]);
});

test.each([
  ["konghq.com/path", "no-slash"],
  ["konghq.com/path", "/a?b"],
  ["konghq.com/path", `/${"a".repeat(2000)}`],
  ["konghq.com/read-timeout", "0"],
  ["konghq.com/read-timeout", "1e3"],
  ["konghq.com/retries", "21"],
  ["konghq.com/host-header", "x"],
])("%s: %s is told", (annotation, value) => {
  const { options, problems, restrictions } = service({ [annotation]: value });
  expect(Object.values(options).every((option) => option === undefined)).toBe(true);
  expect(problems).toEqual([expect.stringContaining(annotation)]);
  expect(restrictions).toEqual([]);
});

test("X6: plugins and what Kong should check of the Service restrict", () => {
  expect(service({ "konghq.com/plugins": "key-auth", "konghq.com/tls-verify": "true" }).restrictions).toEqual([
    "konghq.com/plugins",
    "konghq.com/tls-verify",
  ]);
  expect(service({ "konghq.com/tls-verify": "false" }).restrictions).toEqual([]);
});
