// CoreDNS with the plugins that kubeadm's configuration names, for the nodes of the tests.
//
// Its own main has every plugin, of which some ask for cloud providers' libraries; so this one lists the few.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	// Each registers itself; the order is that of dnsserver.Directives.
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/loop"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
)

func main() {
	dnsserver.Directives = []string{
		"reload", "errors", "health", "ready", "prometheus", "cache", "loadbalance", "loop", "kubernetes", "forward",
	}
	coremain.Run()
}
