{{/* The arguments of the controller: how Kong is reached, then every setting that is not null, then extraArgs. */}}
{{- define "domain-claims.arguments" -}}
{{- with .Values.kong.adminUrl }}
- {{ printf "--kong-admin-url=%s" . | quote }}
{{- end }}
{{- if .Values.kong.token.secret }}
- {{ printf "--kong-admin-token-file=/etc/domain-claims/kong-token/%s" .Values.kong.token.key | quote }}
{{- end }}
{{- if or .Values.kong.ca.configMap .Values.kong.ca.secret }}
- {{ printf "--kong-admin-ca-file=/etc/domain-claims/kong-ca/%s" .Values.kong.ca.key | quote }}
{{- end }}
{{- if .Values.kong.clientCertificate.secret }}
- --kong-admin-client-cert-file=/etc/domain-claims/kong-client/tls.crt
- --kong-admin-client-key-file=/etc/domain-claims/kong-client/tls.key
{{- end }}
{{- $settings := merge (dict "lease-name" (include "domain-claims.leaseName" .)) .Values.settings }}
{{- range $name, $value := $settings }}
{{- if not (kindIs "invalid" $value) }}
{{- range $one := kindIs "slice" $value | ternary $value (list $value) }}
{{- /* Numbers come as floating point, which would be written as 1e+06. */}}
- {{ printf "--%s=%v" $name (kindIs "float64" $one | ternary (int64 $one) $one) | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}

{{/* The files that these arguments name, as volumes. */}}
{{- define "domain-claims.volumes" -}}
{{- with .Values.kong.token }}
{{- if .secret }}
- name: kong-token
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items:
      - key: {{ .key }}
        path: {{ .key }}
{{- end }}
{{- end }}
{{- with .Values.kong.ca }}
{{- if .configMap }}
- name: kong-ca
  configMap:
    name: {{ .configMap }}
    items:
      - key: {{ .key }}
        path: {{ .key }}
{{- else if .secret }}
- name: kong-ca
  secret:
    secretName: {{ .secret }}
    items:
      - key: {{ .key }}
        path: {{ .key }}
{{- end }}
{{- end }}
{{- with .Values.kong.clientCertificate }}
{{- if .secret }}
- name: kong-client
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Where each volume is. */}}
{{- define "domain-claims.mounts" -}}
{{- if .Values.kong.token.secret }}
- name: kong-token
  mountPath: /etc/domain-claims/kong-token
  readOnly: true
{{- end }}
{{- if or .Values.kong.ca.configMap .Values.kong.ca.secret }}
- name: kong-ca
  mountPath: /etc/domain-claims/kong-ca
  readOnly: true
{{- end }}
{{- if .Values.kong.clientCertificate.secret }}
- name: kong-client
  mountPath: /etc/domain-claims/kong-client
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
