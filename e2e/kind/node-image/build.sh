#!/usr/bin/env bash
# Makes a node image for kind from Debian's packages and programs that Go has built: no image is pulled.
# node-image.ts gives what it needs by the environment; it runs as root on Debian 12, with Docker.
#   PROGRAMS     the binary that is kubeadm, kubelet, ... (e2e/tools/node)
#   COREDNS      the CoreDNS of e2e/tools/coredns
#   ASSEMBLE     the program that puts images together (e2e/tools/image)
#   KIND         the sources of kind, whose files make a container a node
#   KUBERNETES   the sources of Kubernetes, for the pause container
#   VERSION      Kubernetes' version, v1.34.4
#   ETCD_TAG, COREDNS_TAG, PAUSE_TAG   what this version's kubeadm asks for
#   IMAGE        the name of the node image
set -euo pipefail
architecture=$(dpkg --print-architecture)
work=$(mktemp --directory)
containerd= # the process that takes the images in, while there is one
trap '[ -z "$containerd" ] || kill "$containerd"; rm -rf "$work"' EXIT
root=$work/root
registry=registry.k8s.io

system() {
  # kind's list, less what only other storage drivers and end-to-end tests of Kubernetes want.
  local packages=systemd,systemd-sysv,containerd,runc,containernetworking-plugins,conntrack,iptables,nftables,iproute2
  packages+=,ethtool,kmod,bash,ca-certificates,curl,jq,procps,netbase
  mmdebstrap --quiet --variant=minbase --include="$packages" bookworm "$root"
  # As kind's own Dockerfile: https://github.com/kubernetes-sigs/kind/blob/main/images/base/Dockerfile
  find "$root/lib/systemd/system/sysinit.target.wants/" -name systemd-tmpfiles-setup.service -delete
  rm -f "$root"/lib/systemd/system/{multi-user,local-fs,basic}.target.wants/* "$root"/etc/systemd/system/*.wants/*
  rm -f "$root"/lib/systemd/system/sockets.target.wants/*{udev,initctl}*
  rm -f "$root"/lib/systemd/system/containerd.service
  echo ReadKMsg=no >> "$root/etc/systemd/journald.conf"
}

files_of_kind() {
  cp --recursive --no-preserve=mode "$KIND"/images/base/files/. "$root/"
  chmod 0755 "$root"/usr/local/bin/* "$root"/kind/bin/*
  # Debian has its programs elsewhere than kind's build.
  ln -s /usr/bin/containerd /usr/bin/ctr /usr/bin/containerd-shim-runc-v2 "$root/usr/local/bin/"
  mkdir -p "$root/opt/cni" "$root/etc/kubernetes/manifests" "$root/kind/manifests" "$root/etc/cni/net.d"
  ln -s /usr/lib/cni "$root/opt/cni/bin"
  # `kind export logs` asks it for a list of images, and nothing else; Debian has none.
  printf '#!/bin/sh\nexec ctr --namespace k8s.io images list\n' > "$root/usr/local/bin/crictl"
  chmod 0755 "$root/usr/local/bin/crictl"
  chroot "$root" systemctl --quiet enable kubelet.service containerd.service undo-mount-hacks.service
  chroot "$root" systemctl --quiet mask systemd-binfmt.service
  local hook='.hooks.createContainer += [{"path": "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)'
  chroot "$root" ctr oci spec | jq "$hook" > "$root/etc/containerd/cri-base.json"
  # A container may lack the right to give a process a better score than its own.
  sed --in-place "s|pause:.*\"|pause:$PAUSE_TAG\"|; s|restrict_oom_score_adj = false|restrict_oom_score_adj = true|" \
    "$root/etc/containerd/config.toml"
}

network() {
  # One node needs no daemon for its network: a veth pair and an address for each pod.
  cat > "$root/etc/cni/net.d/10-ptp.conflist" <<'END'
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": true,
      "ipam": {
        "type": "host-local",
        "ranges": [[{ "subnet": "10.244.0.0/24" }]],
        "routes": [{ "dst": "0.0.0.0/0" }]
      }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
END
  # kind applies a manifest here; the one above is a file.
  cat > "$root/kind/manifests/default-cni.yaml" <<'END'
apiVersion: v1
kind: ConfigMap
metadata: { name: pod-network, namespace: kube-system }
data: { plugin: "ptp, in /etc/cni/net.d of the node" }
END
  cat > "$root/kind/manifests/default-storage.yaml" <<'END'
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: standard, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
provisioner: kubernetes.io/host-path
END
}

kubernetes() {
  install -m 0755 "$PROGRAMS" "$root/usr/bin/kubernetes-node"
  for name in kubeadm kubelet kubectl; do ln -s kubernetes-node "$root/usr/bin/$name"; done
  echo "$VERSION" > "$root/kind/version"
}

# The layer with kube-proxy's tools: iptables with every extension, and the libraries of all of that.
iptables_layer() {
  local packages=(iptables conntrack netbase libxtables12 libip4tc2 libip6tc2 libnftnl11 libmnl0 libnfnetlink0)
  packages+=(libnetfilter-conntrack3 libc6)
  { chroot "$root" dpkg --listfiles "${packages[@]}" | grep --invert-match /usr/share/
    chroot "$root" sh -c 'ls -d /etc/alternatives/*tables* /usr/sbin/*tables*'
  } | sort --unique | sed -n 's|^/\(.*\)|\1|p' > "$work/iptables.list"
  tar --create --file "$1" --directory "$root" --no-recursion --files-from "$work/iptables.list"
}

# image NAME LAYERS CONFIG FOLDER: writes an archive with one image into the folder.
image() {
  mkdir --parents "$4"
  printf '{"name": "%s", "output": "%s", "platforms": [{"architecture": "%s", "layers": [%s]}], "config": %s}' \
    "$1" "$4" "$architecture" "$2" "$3" | "$ASSEMBLE" > "$4/digest"
}

# container_image NAME LAYERS CONFIG: puts an image where the node's kubelet finds it.
container_image() {
  local folder=$work/images/${1%%:*}
  image "$registry/$1" "$2" "$3" "$folder"
  ctr --address "$work/containerd.sock" --namespace k8s.io images import --no-unpack --digests "$folder/$architecture.tar"
}

images() {
  mkdir -p "$work"/{programs/usr/local/bin,coredns,pause}
  install -m 0755 "$PROGRAMS" "$work/programs/usr/local/bin/kubernetes-node"
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
    ln -s kubernetes-node "$work/programs/usr/local/bin/$name"
  done
  install -m 0755 "$COREDNS" "$work/coredns/coredns"
  gcc -Os -static -DVERSION="$PAUSE_TAG" -o "$work/pause/pause" "$KUBERNETES/build/pause/linux/pause.c"
  for name in programs coredns pause; do tar --create --file "$work/$name.tar" --directory "$work/$name" .; done
  iptables_layer "$work/iptables.tar"

  containerd --root "$root/var/lib/containerd" --state "$work/containerd" --address "$work/containerd.sock" \
    --log-level error --config /dev/null &
  containerd=$!
  until ctr --address "$work/containerd.sock" version > /dev/null 2>&1; do sleep 0.2; done
  container_image "kube-proxy:$VERSION" "\"$work/iptables.tar\", \"$work/programs.tar\"" '{}'
  for name in kube-apiserver kube-controller-manager kube-scheduler; do tag "kube-proxy:$VERSION" "$name:$VERSION"; done
  tag "kube-proxy:$VERSION" "etcd:$ETCD_TAG"
  container_image "coredns/coredns:$COREDNS_TAG" "\"$work/coredns.tar\"" '{"Entrypoint": ["/coredns"]}'
  container_image "pause:$PAUSE_TAG" "\"$work/pause.tar\"" '{"Entrypoint": ["/pause"]}'
  kill "$containerd"
  wait "$containerd" || true
  containerd=
}

tag() {
  ctr --address "$work/containerd.sock" --namespace k8s.io images tag "$registry/$1" "$registry/$2"
}

system
files_of_kind
network
kubernetes
images
tar --create --file "$work/node.tar" --directory "$root" .
config='{"Entrypoint": ["/usr/local/bin/entrypoint", "/sbin/init"], "Env": ["container=docker"], "StopSignal": "SIGRTMIN+3"}'
image "$IMAGE" "\"$work/node.tar\"" "$config" "$work/node"
docker load --quiet --input "$work/node/$architecture.tar"
