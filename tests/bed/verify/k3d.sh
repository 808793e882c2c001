#!/bin/bash
# Proves the real k3d CLI on a bed's Docker daemon: k3d.sh BINDIR DOCKERDIR IMAGES
# DOCKERDIR: of `bed up --docker`, which must be up; IMAGES: busybox.tar is there.
bin=$(realpath "$1"); dir=$(realpath "$2"); images=$(realpath "$3")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export HOME=$work/home DOCKER_HOST=unix://$dir/docker.sock KUBECONFIG=$work/kubeconfig
mkdir -p "$HOME/kubernetes-reports"
c=r$RANDOM
k() { "$bin/hyper" kubectl "$@"; }
k3d() { "$bin/k3d" "$@"; }
pass=0; fail=0
now() { date +%s.%N; }
check() { local name=$1 t0 out rc; shift; t0=$(now); out=$("$@" 2>&1); rc=$?
  if [ $rc = 0 ]; then pass=$((pass+1)); r=ok; else fail=$((fail+1)); r=FAIL; fi
  printf '%-4s %6.2fs  %s\n' $r "$(echo "$(now) - $t0" | bc)" "$name"; [ $rc = 0 ] || echo "$out" | tail -6 | sed 's/^/       | /'; }
until_true() { local end=$((SECONDS+$1)); shift; while [ $SECONDS -lt $end ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.3; done; "$@"; }
create() { k3d cluster create $c --image rancher/k3s:v1.34.4-k3s1 --agents 1 \
  --volume "$HOME/kubernetes-reports:/mnt/kubernetes-reports@server:*;agent:*" --api-port 127.0.0.1:random -p 127.0.0.1:0:30080@server:0:direct \
  --kubeconfig-update-default=false --kubeconfig-switch-context=false --timeout 120s && k3d kubeconfig get $c > $KUBECONFIG; }
check "k3d cluster create: server, agent, load balancer, API port random" create
grep server: $KUBECONFIG
nodes() { [ "$(k get nodes --no-headers | grep -cw Ready)" = ${1:-2} ]; }
check "both nodes Ready" until_true 30 nodes
list() { k3d cluster list -o json > "$work/list.json" && python3 -c "import json;c=[x for x in json.load(open('$work/list.json')) if x['name']=='$c'][0];assert c['serversRunning']==1 and c['agentsRunning']==1,c" && k3d node list | grep -c $c; }
check "k3d cluster list -o json, k3d node list" list
check "kubeconfig is not merged into ~/.kube/config" test ! -e "$HOME/.kube/config"
job() { cat <<Y
apiVersion: batch/v1
kind: Job
metadata: {name: w-$1}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {kubernetes.io/hostname: k3d-$c-$1}
      containers: [{name: m, image: "busybox:1.36", command: [sh, -c, "cat /out/in.txt; echo from-$1 > /out/$1.txt"], volumeMounts: [{name: o, mountPath: /out}]}]
      volumes: [{name: o, persistentVolumeClaim: {claimName: reports}}]
Y
}
pv() { cat <<Y | k apply -f -
apiVersion: v1
kind: PersistentVolume
metadata: {name: reports}
spec: {storageClassName: reports, capacity: {storage: 1Gi}, accessModes: [ReadWriteMany], persistentVolumeReclaimPolicy: Retain, hostPath: {path: /mnt/kubernetes-reports, type: Directory}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: reports}
spec: {storageClassName: reports, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
Y
}
onnode() { echo host > "$HOME/kubernetes-reports/in.txt"; job $1 | k apply -f - && k wait --for=condition=complete job/w-$1 --timeout=60s && grep -qx from-$1 "$HOME/kubernetes-reports/$1.txt" && k logs job/w-$1 | grep -qx host; }
check "hostPath volume under /mnt/kubernetes-reports" pv
check "Job on the server writes into the host's folder, logs" onnode server-0
check "Job on the agent writes into the host's folder, logs" onnode agent-0
mkimg() { mkdir -p "$work/i/bin" && cp /bin/busybox "$work/i/bin/" && "$bin/bed" image --out "$work/$1.tar" --tag docker.io/library/$1:1 --cmd /bin/busybox --cmd echo --cmd "$1 runs" "$work/i"; }
runs() { k run $1 --image=$1:1 --restart=Never --image-pull-policy=Never --overrides="{\"spec\":{\"nodeSelector\":{\"kubernetes.io/hostname\":\"k3d-$c-$2\"}}}" && until_true 30 bash -c "$bin/hyper kubectl logs $1 | grep -q '$1 runs'"; }
imp1() { mkimg one && k3d image import "$work/one.tar" -c $c && runs one agent-0; }
check "k3d image import of a tar (default mode), runs on the agent" imp1
imp2() { mkimg two && docker load -i "$work/two.tar" && k3d image import two:1 -c $c --mode direct && runs two server-0; }
check "k3d image import from Docker, --mode direct, runs on the server" imp2
imp3() { mkimg three && docker load -i "$work/three.tar" && k3d image import three:1 -c $c --mode tools-node && runs three agent-0; }
check "k3d image import, --mode tools-node" imp3
svc() { k create deployment site --image=busybox:1.36 --replicas=2 -- sh -c 'mkdir /w; hostname > /w/index.html; exec httpd -f -p 80 -h /w' && k rollout status deployment/site --timeout=60s &&
  k create service nodeport site --tcp=80 --node-port=30080 && k run cl --image=busybox:1.36 -- sleep 3600 && k wait --for=condition=Ready pod/cl --timeout=30s && for i in 1 2 3 4 5 6; do until_true 10 k exec cl -- wget -qO- http://site.default.svc.cluster.local/ || return 1; done; }
check "Service by name across nodes (6 requests)" svc
np() { local p=$(docker port k3d-$c-server-0 30080/tcp | head -1 | sed 's/.*://'); until_true 10 curl -sf "http://127.0.0.1:$p/"; }
check "NodePort published on 127.0.0.1 of the host" np
hostk3d() { k exec cl -- nslookup host.k3d.internal | grep -q 'Address: 172'; }
check "host.k3d.internal resolves in a pod (k3d rewrites CoreDNS)" until_true 40 hostk3d
pf() { k port-forward svc/site :80 > "$work/pf" 2>&1 & local p=$!; until_true 10 grep -q Forwarding "$work/pf"; local port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) .*/\1/p' "$work/pf"); local r=$(curl -s "http://127.0.0.1:$port/"); kill $p; [[ $r = site-* ]]; }
check "exec and port-forward through the load balancer" pf
check "k3d cluster stop" k3d cluster stop $c
stopped() { ! k get nodes --request-timeout=2s; }
check "API gone while stopped" stopped
check "k3d cluster start" k3d cluster start $c --timeout 120s
check "nodes Ready after the start" until_true 60 nodes
after() { k get job w-agent-0 && until_true 60 k exec deploy/site -- wget -qO- http://site/; }
check "objects kept, the Deployment runs again (k3d drains at stop: bare pods go)" after
addnode() { k3d node create extra -c $c --role agent --image rancher/k3s:v1.34.4-k3s1 --timeout 60s && until_true 30 nodes 3; }
check "k3d node create: a third node" addnode
check "k3d cluster delete" k3d cluster delete $c
left() { [ -z "$(docker ps -aq)" ] && ! docker network ls | grep -q k3d- && ! docker volume ls -q | grep -q k3d && [ -e "$HOME/kubernetes-reports/agent-0.txt" ]; }
check "no container, network or image volume left; the files are" left
nolb() { k3d cluster create n$c --no-lb --image rancher/k3s:v1.34.4-k3s1 --api-port 127.0.0.1:random --kubeconfig-update-default=false --timeout 90s && k3d kubeconfig get n$c > $KUBECONFIG && k get nodes && k3d cluster delete n$c; }
check "create --no-lb, use, delete" nolb
echo "$pass passed, $fail failed"; [ $fail = 0 ]
