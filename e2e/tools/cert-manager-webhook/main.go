// cert-manager's webhook, for the tests.
//
// Its own main is a module that nothing else can require, and listens on all addresses. This one puts the same admission
// together, as `internal/webhook` of cert-manager does, and serves it on a loopback address. The module has the name of
// cert-manager's own, as only below that name Go lets it import cert-manager's internal packages.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	acmeinstall "github.com/cert-manager/cert-manager/internal/apis/acme/install"
	cminstall "github.com/cert-manager/cert-manager/internal/apis/certmanager/install"
	metainstall "github.com/cert-manager/cert-manager/internal/apis/meta/install"
	"github.com/cert-manager/cert-manager/internal/webhook/admission/certificaterequest/approval"
	"github.com/cert-manager/cert-manager/internal/webhook/admission/certificaterequest/identity"
	"github.com/cert-manager/cert-manager/internal/webhook/admission/resourcevalidation"
	"github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/webhook/admission"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	// Of its own: controller-runtime has a flag `kubeconfig` among those of all programs.
	flags := flag.NewFlagSet("cert-manager-webhook", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "file of the kubeconfig")
	listen := flags.String("listen", "127.0.0.1:10250", "address to listen on")
	certificate := flags.String("tls-cert-file", "", "file of the certificate to serve with")
	key := flags.String("tls-private-key-file", "", "file of its private key")
	_ = flags.Parse(os.Args[1:]) // it exits where they are wrong

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	logs.InitLogs()
	defer logs.FlushLogs()
	ctrl.SetLogger(logs.Log)
	if err := run(ctx, *kubeconfig, *listen, *certificate, *key); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves what the API server asks before it takes an object of cert-manager's, until the context ends.
func run(ctx context.Context, kubeconfig, listen, certificate, key string) error {
	plugins, err := plugins(kubeconfig)
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	cminstall.Install(scheme)
	acmeinstall.Install(scheme)
	metainstall.Install(scheme)

	mux := http.NewServeMux()
	mux.Handle("/mutate", admission.NewCustomMutationWebhook(plugins))
	mux.Handle("/validate", admission.NewCustomValidationWebhook(scheme, plugins))
	server := &http.Server{Addr: listen, Handler: mux, ReadHeaderTimeout: 30 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.ListenAndServeTLS(certificate, key); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// plugins are those of `buildAdmissionChain` in cert-manager's `internal/webhook/webhook.go`, in the same order.
func plugins(kubeconfig string) (admission.PluginChain, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	authorizer, err := authorizerfactory.DelegatingAuthorizerConfig{
		SubjectAccessReviewClient: client.AuthorizationV1(),
		AllowCacheTTL:             time.Second,
		DenyCacheTTL:              time.Second,
		WebhookRetryBackoff:       &wait.Backoff{Duration: time.Second, Factor: 2, Jitter: 0.2, Steps: 2, Cap: 5 * time.Second},
	}.New()
	if err != nil {
		return nil, err
	}
	return admission.PluginChain{
		identity.NewPlugin(),
		approval.NewPlugin(authorizer, client.Discovery()),
		resourcevalidation.NewPlugin(),
	}, nil
}
