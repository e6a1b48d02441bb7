{{- define "domain-claims.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of everything that is the release's. */}}
{{- define "domain-claims.fullname" -}}
{{- $name := include "domain-claims.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "domain-claims.serviceAccount" -}}
{{- with .Values }}
{{- if and .rbac.create (not (or .serviceAccount.create .serviceAccount.name)) }}
{{- fail "serviceAccount.create is false and serviceAccount.name is missing: every pod of the namespace that runs as its account default would have the controller's rights" }}
{{- end }}
{{- end }}
{{- .Values.serviceAccount.name | default (ternary (include "domain-claims.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{/* What tells the release's pods from all others; it never changes. */}}
{{- define "domain-claims.selector" -}}
app.kubernetes.io/name: {{ include "domain-claims.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "domain-claims.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "domain-claims.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "domain-claims.image" -}}
{{- $repository := required "image.repository is missing: no image of the controller is published yet, so name the one that you have built" .Values.image.repository }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/* The port of settings.health-address. */}}
{{- define "domain-claims.healthPort" -}}
{{- index .Values.settings "health-address" | splitList ":" | last }}
{{- end }}

{{/* The ports of Kong's Admin API and of the gateway's nodes, as their addresses say, and those of Kong's pods: JSON, a list. */}}
{{- define "domain-claims.kongPorts" -}}
{{- $ports := list }}
{{- range splitList "," (printf "%s,%s" .Values.kong.adminUrl (index .Values.settings "proxy-url" | default "")) | compact }}
{{- $url := trim . | urlParse }}
{{- $ports = regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) | append $ports }}
{{- end }}
{{- range .Values.networkPolicy.kongPorts }}
{{- $ports = toString . | append $ports }}
{{- end }}
{{- $ports | uniq | toJson }}
{{- end }}

{{- define "domain-claims.leaseName" -}}
{{- index .Values.settings "lease-name" | default (include "domain-claims.fullname" .) }}
{{- end }}

{{- define "domain-claims.leaseNamespace" -}}
{{- index .Values.settings "lease-namespace" | default .Release.Namespace }}
{{- end }}

{{/* Of a container: all that the Pod Security Standard "restricted" asks for, and no writable file system. */}}
{{- define "domain-claims.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "domain-claims.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .Values.runAsUser }}
runAsGroup: {{ .Values.runAsUser }}
fsGroup: {{ .Values.runAsUser }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* What is there while the release is uninstalled, and no longer. */}}
{{- define "domain-claims.uninstallHook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end }}
