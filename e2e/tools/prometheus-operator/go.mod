// The kinds of the Prometheus Operator, pinned: its module has their definitions as YAML. Nothing of it is compiled.
module domain-claims/e2e/tools/prometheus-operator

go 1.24.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
