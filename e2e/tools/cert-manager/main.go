// cert-manager's controller, for the tests.
//
// Its own main is a module that nothing else can require, so this one puts the controller together from the public
// packages in the same way, with the same defaults. Left out: leader election, the metrics server, the shims that make
// Certificates of Ingresses and Gateways, and the issuers that no test uses.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/logs"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/resource"

	// Each registers a controller.
	_ "github.com/cert-manager/cert-manager/pkg/controller/acmechallenges"
	_ "github.com/cert-manager/cert-manager/pkg/controller/acmeorders"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/acme"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"

	// Each registers a kind of issuer.
	_ "github.com/cert-manager/cert-manager/pkg/issuer/acme"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

func main() {
	options := controller.ContextOptions{}
	flag.StringVar(&options.Kubeconfig, "kubeconfig", "", "file of the kubeconfig")
	flag.StringVar(&options.ClusterResourceNamespace, "cluster-resource-namespace", "kube-system", "namespace of the Secrets that ClusterIssuers name")
	nameservers := flag.String("dns01-recursive-nameservers", "", "host:port,... of the name servers that DNS-01 asks")
	flag.DurationVar(&options.CertificateRequestMinimumBackoffDuration, "certificate-request-minimum-backoff-duration", time.Hour, "pause after the first failure of a Certificate")
	flag.DurationVar(&options.CertificateRequestMaximumBackoffDuration, "certificate-request-maximum-backoff-duration", 32*time.Hour, "longest pause after a failure of a Certificate")
	flag.IntVar(&options.MaxConcurrentChallenges, "max-concurrent-challenges", 60, "challenges that are worked on at once")
	workers := flag.Int("concurrent-workers", 5, "workers of each controller")
	controllers := flag.String("controllers", "*", "* for all controllers, then -NAME,... for those to be left out")
	flag.Parse()

	// As of `cmd/controller/app` and `internal/apis/config/controller/v1alpha1/defaults.go`, with
	// `--dns01-recursive-nameservers-only`.
	options.KubernetesAPIQPS = -1 // no limit of its own, as where the API server has priority and fairness
	options.ClusterIssuerAmbientCredentials = true
	options.DNS01Nameservers = strings.Split(*nameservers, ",")
	options.DNS01CheckRetryPeriod = 10 * time.Second
	options.HTTP01SolverImage = "acmesolver"
	options.HTTP01SolverResourceRequestCPU = resource.MustParse("10m")
	options.HTTP01SolverResourceRequestMemory = resource.MustParse("64Mi")
	options.HTTP01SolverResourceLimitsCPU = resource.MustParse("100m")
	options.HTTP01SolverResourceLimitsMemory = resource.MustParse("64Mi")
	options.ACMEHTTP01SolverRunAsNonRoot = true
	options.CopiedAnnotationPrefixes = []string{"*", "-kubectl.kubernetes.io/", "-fluxcd.io/", "-argocd.argoproj.io/"}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	logs.InitLogs()
	defer logs.FlushLogs()
	if err := run(logs.NewContext(ctx, logs.Log, "controller"), options, *workers, strings.Split(*controllers, ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run runs the registered controllers, without those that `controllers` leaves out, until the context ends or one of them fails.
func run(ctx context.Context, options controller.ContextOptions, workers int, controllers []string) error {
	group, ctx := errgroup.WithContext(ctx)
	factory, err := controller.NewContextFactory(ctx, options)
	if err != nil {
		return err
	}
	shared, err := factory.Build()
	if err != nil {
		return err
	}
	for name, construct := range controller.Known() {
		if slices.Contains(controllers, "-"+name) {
			continue
		}
		one, err := construct(factory)
		if err != nil {
			return fmt.Errorf("controller %s: %w", name, err)
		}
		group.Go(func() error { return one.Run(workers, ctx) })
	}
	shared.SharedInformerFactory.Start(ctx.Done())
	shared.KubeSharedInformerFactory.Start(ctx.Done())
	shared.HTTP01ResourceMetadataInformersFactory.Start(ctx.Done())
	return group.Wait()
}
