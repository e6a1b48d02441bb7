// Puts an image together from layers, without a container engine: for each platform a base (or nothing), tar files on top,
// and what is run. Reads a Build as JSON from standard input; writes an OCI layout with all platforms, and for each one an
// archive that `docker load` and `kind load image-archive` take; prints the index's digest. The same input gives the same bytes.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Build is what is to be made.
type Build struct {
	// Name of the image, with its tag.
	Name string `json:"name"`
	// Output is an existing folder.
	Output string `json:"output"`
	// Base is an image of a registry that has all platforms, or "".
	Base      string     `json:"base"`
	Platforms []Platform `json:"platforms"`
	// User, Entrypoint, WorkingDir, Env, ExposedPorts, Labels.
	Config v1.Config `json:"config"`
	// Push is where in a registry all of it goes as well, or "".
	Push string `json:"push"`
}

// Platform is what differs from one to the other.
type Platform struct {
	// Architecture as Go calls it. The system is Linux.
	Architecture string `json:"architecture"`
	// Layers are tar files, the lowest first.
	Layers []string `json:"layers"`
}

func main() {
	var build Build
	if err := json.NewDecoder(os.Stdin).Decode(&build); err != nil {
		fail(err)
	}
	digest, err := run(build)
	if err != nil {
		fail(err)
	}
	fmt.Println(digest)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func run(build Build) (v1.Hash, error) {
	tag, err := name.NewTag(build.Name)
	if err != nil {
		return v1.Hash{}, err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, platform := range build.Platforms {
		image, err := imageOf(build, platform)
		if err != nil {
			return v1.Hash{}, err
		}
		archive := filepath.Join(build.Output, platform.Architecture+".tar")
		if err := tarball.WriteToFile(archive, tag, image); err != nil {
			return v1.Hash{}, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: "linux", Architecture: platform.Architecture},
		}})
	}
	path, err := layout.Write(filepath.Join(build.Output, "oci"), empty.Index)
	if err != nil {
		return v1.Hash{}, err
	}
	names := map[string]string{"org.opencontainers.image.ref.name": tag.TagStr()}
	if err := path.AppendIndex(index, layout.WithAnnotations(names)); err != nil {
		return v1.Hash{}, err
	}
	if build.Push != "" {
		to, err := name.ParseReference(build.Push)
		if err != nil {
			return v1.Hash{}, err
		}
		if err := remote.WriteIndex(to, index, remote.WithAuthFromKeychain(authn.DefaultKeychain)); err != nil {
			return v1.Hash{}, err
		}
	}
	return index.Digest()
}

func imageOf(build Build, platform Platform) (v1.Image, error) {
	base, annotations, err := baseOf(build.Base, platform.Architecture)
	if err != nil {
		return nil, err
	}
	for _, file := range platform.Layers {
		layer, err := tarball.LayerFromFile(file, tarball.WithMediaType(types.OCILayer))
		if err != nil {
			return nil, err
		}
		// Without a date: what is in a layer is dated by its files.
		history := v1.History{CreatedBy: filepath.Base(file)}
		if base, err = mutate.Append(base, mutate.Addendum{Layer: layer, History: history}); err != nil {
			return nil, err
		}
	}
	file, err := base.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	// What the base has beside (the folder of its certificates, say) stays.
	env := append(file.Config.Env, build.Config.Env...)
	file.Config = build.Config
	file.Config.Env = env
	file.OS, file.Architecture = "linux", platform.Architecture
	image, err := mutate.ConfigFile(base, file)
	if err != nil {
		return nil, err
	}
	return mutate.Annotations(image, annotations).(v1.Image), nil
}

// The base, and which one it was, as the annotations of OCI say it.
func baseOf(reference, architecture string) (v1.Image, map[string]string, error) {
	if reference == "" {
		image := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
		return mutate.ConfigMediaType(image, types.OCIConfigJSON), nil, nil
	}
	from, err := name.ParseReference(reference)
	if err != nil {
		return nil, nil, err
	}
	platform := v1.Platform{OS: "linux", Architecture: architecture}
	image, err := remote.Image(from, remote.WithPlatform(platform), remote.WithAuthFromKeychain(authn.DefaultKeychain))
	if err != nil {
		return nil, nil, fmt.Errorf("the base image %s cannot be pulled: %w", reference, err)
	}
	digest, err := image.Digest()
	annotations := map[string]string{
		"org.opencontainers.image.base.name":   from.Name(),
		"org.opencontainers.image.base.digest": digest.String(),
	}
	return image, annotations, err
}
