{{- define "sixsteps.labels" -}}
app.kubernetes.io/name: {{ .service }}
app.kubernetes.io/component: {{ .role }}
app.kubernetes.io/part-of: sixsteps
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "sixsteps.marks" -}}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "sixsteps.image" -}}
{{- $image := .Values.image -}}
{{- if hasPrefix "sha256:" $image.tag }}{{ $image.repository }}@{{ $image.tag }}{{ else }}{{ $image.repository }}:{{ $image.tag }}{{ end }}
{{- end }}

{{- /* What every process of ours is told; what is secret comes from the Secrets that are named. */}}
{{- define "sixsteps.settings" -}}
- {name: SIXSTEPS_DEPLOYMENT, value: {{ .Values.deployment | quote }}}
- {name: SIXSTEPS_ISSUERS, value: {{ .Values.issuers | toJson | quote }}}
- {name: SIXSTEPS_KAFKA, value: {{ .Values.kafka.addresses | quote }}}
- {name: SIXSTEPS_TOPIC_PREFIX, value: {{ .Values.kafka.topicPrefix | quote }}}
- {name: SIXSTEPS_PARTITIONS, value: {{ .Values.kafka.partitions | quote }}}
- {name: SIXSTEPS_REPLICATION_FACTOR, value: {{ .Values.kafka.replicationFactor | quote }}}
{{- if .Values.kafka.signsIn }}
- {name: SIXSTEPS_KAFKA_MECHANISM, value: {{ .Values.kafka.mechanism | quote }}}
{{- end }}
{{- if .Values.kafka.tls }}
- {name: SIXSTEPS_KAFKA_TLS, value: "true"}
{{- if .Values.tls.secret }}
- {name: SIXSTEPS_KAFKA_CA_FILE, value: /tls/ca.crt}
{{- end }}
{{- if .Values.kafka.ownCertificate }}
- {name: SIXSTEPS_KAFKA_CERT_FILE, value: /tls/tls.crt}
- {name: SIXSTEPS_KAFKA_KEY_FILE, value: /tls/tls.key}
{{- end }}
{{- end }}
{{- if .Values.mongo.tls }}
- {name: SIXSTEPS_MONGO_TLS, value: "true"}
{{- if .Values.tls.secret }}
- {name: SIXSTEPS_MONGO_CA_FILE, value: /tls/ca.crt}
{{- end }}
{{- if .Values.mongo.ownCertificate }}
- {name: SIXSTEPS_MONGO_CERT_FILE, value: /tls/tls-combined.pem}
{{- end }}
{{- end }}
- {name: SIXSTEPS_DRIVER, value: {{ .Values.driver | quote }}}
- {name: SIXSTEPS_LOG_LEVEL, value: {{ .Values.logLevel | quote }}}
{{- if .Values.traces.endpoint }}
- {name: SIXSTEPS_OTLP_ENDPOINT, value: {{ .Values.traces.endpoint | quote }}}
- {name: SIXSTEPS_TRACE_RATIO, value: {{ .Values.traces.ratio | quote }}}
{{- end }}
{{- end }}

{{- define "sixsteps.pod" -}}
automountServiceAccountToken: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
volumes:
  - name: tmp
    emptyDir: {medium: Memory, sizeLimit: 32Mi}
{{- if .Values.tls.secret }}
  - name: tls
    secret: {secretName: {{ .Values.tls.secret }}, defaultMode: 0440}
{{- end }}
{{- end }}

{{- define "sixsteps.container" -}}
image: {{ include "sixsteps.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
{{- if .Values.tls.secret }}
  - {name: tls, mountPath: /tls, readOnly: true}
{{- end }}
{{- end }}

{{- define "sixsteps.scale" -}}
{{- $own := index .settings .role | default dict -}}
{{- merge (deepCopy $own) (index .root.Values .role) | toJson -}}
{{- end }}
