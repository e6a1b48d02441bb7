// Two linters in one program: `lint metrics` reads Prometheus' text format from standard input and says what breaks its
// conventions (what `promtool check metrics` says); `lint workflows FILE..` says what is wrong with GitHub Actions workflows.
// It exits with 1 where there is something to say.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/rhysd/actionlint"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "metrics" {
		os.Exit(metrics())
	}
	if len(os.Args) > 2 && os.Args[1] == "workflows" {
		os.Exit(workflows(os.Args[2:]))
	}
	fmt.Fprintln(os.Stderr, "usage: lint metrics | lint workflows FILE..")
	os.Exit(2)
}

func metrics() int {
	problems, err := promlint.New(os.Stdin).Lint()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	for _, problem := range problems {
		fmt.Printf("%s: %s\n", problem.Metric, problem.Text)
	}
	return min(len(problems), 1)
}

func workflows(files []string) int {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	found := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		problems, err := linter.Lint(file, content, nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		for _, problem := range problems {
			fmt.Println(problem)
		}
		found += len(problems)
	}
	return min(found, 1)
}
