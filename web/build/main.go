// Command build bundles web/src into web/dist with esbuild, in seven bundles: the page library, what a page with a library
// of its own gets instead, what stands in for that library, the views, the shell of the simulator, the test API, and what that
// needs where a test fails. With -check it writes nothing and fails when web/dist is
// not what web/src gives.
//
//	go run ./web/build [-check]
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	check := flag.Bool("check", false, "compare with web/dist instead of writing it")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(check bool) error {
	root, err := filepath.Abs("web")
	if err != nil {
		return err
	}
	built := api.Build(api.BuildOptions{
		AbsWorkingDir: root,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "src/qing.ts", OutputPath: "qing"},
			{InputPath: "src/page.ts", OutputPath: "page"},
			{InputPath: "src/standin.ts", OutputPath: "standin"},
			{InputPath: "src/views/index.ts", OutputPath: "views"},
			{InputPath: "src/shell/shell.ts", OutputPath: "shell"},
			{InputPath: "src/test/index.ts", OutputPath: "test"},
			{InputPath: "src/test/failures/index.ts", OutputPath: "failures"},
		},
		Outdir:            filepath.Join(root, "dist"),
		Bundle:            true,
		Format:            api.FormatIIFE,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		// ES2018 is what goja, and the web views of the phones that the client still supports, run without help.
		Target:      api.ES2018,
		Charset:     api.CharsetASCII, // the library is also read by pages that are not UTF-8
		Loader:      map[string]api.Loader{".css": api.LoaderText},
		TsconfigRaw: `{"compilerOptions":{"target":"es2018","useDefineForClassFields":false}}`,
		LogLevel:    api.LogLevelWarning,
	})
	if len(built.Errors) > 0 {
		return fmt.Errorf("web/build: %d errors", len(built.Errors))
	}
	for _, file := range built.OutputFiles {
		if err := place(file, check); err != nil {
			return err
		}
	}
	return nil
}

// place writes a bundle, or compares it with the one that is committed.
func place(file api.OutputFile, check bool) error {
	if check {
		have, err := os.ReadFile(file.Path)
		if err != nil || !bytes.Equal(have, file.Contents) {
			return fmt.Errorf("%s is not what web/src gives: run `go run ./web/build` and commit it", filepath.Base(file.Path))
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file.Path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file.Path, file.Contents, 0o644)
}
