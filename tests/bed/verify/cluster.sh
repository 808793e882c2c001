#!/bin/bash
# Proves a cluster: cluster.sh BINDIR DATADIR   (the bed must be up)
# Prints one line for each check with the seconds that it took.
bin=$(realpath "$1"); dir=$(realpath "$2")
export KUBECONFIG=$dir/kubeconfig
k() { "$bin/hyper" kubectl "$@"; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
pass=0; fail=0
now() { date +%s.%N; }
check() { # check NAME COMMAND...: passes when COMMAND does
  local name=$1 t0 out rc; shift; t0=$(now)
  out=$("$@" 2>&1); rc=$?
  if [ $rc = 0 ]; then pass=$((pass+1)); r=ok; else fail=$((fail+1)); r=FAIL; fi
  printf '%-4s %6.2fs  %s\n' $r "$(echo "$(now) - $t0" | bc)" "$name"
  [ $rc = 0 ] || echo "$out" | tail -5 | sed 's/^/       | /'
}
until_true() { local end=$((SECONDS+$1)); shift; while [ $SECONDS -lt $end ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.2; done; "$@"; }
ns=v$RANDOM; k create namespace $ns >/dev/null; kn() { k -n $ns "$@"; }
until_true 10 kn get sa default

# a. hostPath volume, static binding, both directions
home="$work/Kubernetes Reports"; mkdir -p "$home"; echo from-host > "$home/in.txt"
volume() { cat <<Y
apiVersion: v1
kind: PersistentVolume
metadata: {name: $ns-reports}
spec:
  storageClassName: $ns-reports
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  hostPath: {path: "$home", type: Directory}
  claimRef: {namespace: $ns, name: reports}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: reports, namespace: $ns}
spec:
  storageClassName: $ns-reports
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
Y
}
job() { # job NAME COMMAND [more spec lines]
  cat <<Y
apiVersion: batch/v1
kind: Job
metadata: {name: $1, namespace: $ns}
spec:
  backoffLimit: ${BACKOFF:-0}
  ${SPEC:-}
  template:
    spec:
      restartPolicy: Never
      ${NODESEL:-}
      containers:
      - name: main
        image: ${IMAGE:-busybox:1.36}
        imagePullPolicy: ${PULL:-IfNotPresent}
        command: [sh, -c, "$2"]
        ${RES:-}
        volumeMounts: [{name: out, mountPath: /out}]
      volumes: [{name: out, ${VOL:-persistentVolumeClaim: {claimName: reports}}}]
Y
}
a_bind() { volume | k apply -f - && kn wait --for=jsonpath='{.status.phase}'=Bound pvc/reports --timeout=20s; }
check "a  PV/PVC bind statically (private storageClass)" a_bind
a_job() { job write 'cat /out/in.txt; echo from-pod > /out/out.txt; id -u' | k apply -f - && kn wait --for=condition=complete job/write --timeout=30s && grep -qx from-pod "$home/out.txt" && kn logs job/write | grep -qx from-host; }
check "a  Job writes into the host folder and reads from it" a_job
a_type() { job baddir 'true' | sed "s#persistentVolumeClaim: {claimName: reports}#hostPath: {path: /no/such/dir, type: Directory}#" | k apply -f - && until_true 20 bash -c "$bin/hyper kubectl -n $ns get events | grep -q 'hostPath type check failed'"; }
check "a  hostPath type Directory missing: FailedMount event" a_type
kn delete job baddir --wait=false >/dev/null 2>&1

# b. Jobs
b_fail() { BACKOFF=1 job fails 'echo no >&2; exit 3' | k apply -f - && kn wait --for=condition=failed job/fails --timeout=60s && kn get job fails -o jsonpath='{.status.conditions[*].reason}' | grep -q BackoffLimitExceeded; }
check "b  Job fails: BackoffLimitExceeded after 2 pods" b_fail
b_deadline() { SPEC='activeDeadlineSeconds: 3' job slow 'sleep 60' | k apply -f - && kn wait --for=condition=failed job/slow --timeout=60s && kn get job slow -o jsonpath='{.status.conditions[*].reason}' | grep -q DeadlineExceeded; }
check "b  activeDeadlineSeconds: DeadlineExceeded" b_deadline
b_oom() { RES='resources: {limits: {memory: 16Mi}}' job oom 'x=a; while true; do x=$x$x; done' | k apply -f - && until_true 40 bash -c "$bin/hyper kubectl -n $ns get pod -l job-name=oom -o jsonpath='{.items[*].status.containerStatuses[*].state.terminated.reason}' | grep -q OOMKilled"; }
check "b  OOMKilled with a memory limit" b_oom
b_pull() { IMAGE=nothing.invalid/none:1 job pull 'true' | k apply -f - && until_true 60 bash -c "$bin/hyper kubectl -n $ns get pod -l job-name=pull | grep -Eq 'ErrImagePull|ImagePullBackOff'"; }
check "b  ErrImagePull" b_pull
b_backoff() { until_true 60 bash -c "$bin/hyper kubectl -n $ns get pod -l job-name=pull | grep -q ImagePullBackOff"; kn delete job pull --wait=false; }
check "b  ImagePullBackOff" b_backoff
b_never() { IMAGE=none:1 PULL=Never job never 'true' | k apply -f - && until_true 30 bash -c "$bin/hyper kubectl -n $ns get pod -l job-name=never | grep -q ErrImageNeverPull"; kn delete job never --wait=false; }
check "b  ErrImageNeverPull" b_never
b_ttl() { SPEC='ttlSecondsAfterFinished: 2' job ttl 'true' | k apply -f - && kn wait --for=condition=complete job/ttl --timeout=30s && kn wait --for=delete job/ttl --timeout=30s; }
check "b  ttlSecondsAfterFinished removes the Job" b_ttl
b_logs() { kn run ticker --image=busybox:1.36 --restart=Never --image-pull-policy=IfNotPresent -- sh -c 'for i in 1 2 3 4 5; do echo tick $i; sleep 1; done' && kn wait --for=condition=Ready pod/ticker --timeout=20s && [ "$(kn logs -f ticker | wc -l)" = 5 ]; }
check "b  logs -f follows to the end (5 lines over 5 s)" b_logs
b_web() { kn run web --image=busybox:1.36 --image-pull-policy=IfNotPresent --port=8080 --labels=app=web -- sh -c 'mkdir -p /www; echo hello-web > /www/index.html; exec httpd -f -p 8080 -h /www' && kn wait --for=condition=Ready pod/web --timeout=20s; }
check "b  pod with a web server Ready" b_web
b_exec() { [ "$(kn exec web -- sh -c 'echo $((6*7))')" = 42 ] && ! kn exec web -- sh -c 'exit 7' && [ "$(echo piped | kn exec -i web -- cat)" = piped ]; }
check "b  exec: output, exit code, stdin" b_exec
b_tty() { script -qec "$bin/hyper kubectl -n $ns exec -it web -- sh -c 'tty; stty size'" /dev/null | grep -q /dev/pts; }
check "b  exec -it has a terminal" b_tty
b_cp() { head -c 3000000 /dev/urandom > "$work/big"; kn cp "$work/big" web:/tmp/big && kn cp web:/tmp/big "$work/back" && cmp "$work/big" "$work/back"; }
check "b  cp 3 MB both ways" b_cp
b_pf() { kn port-forward pod/web :8080 > "$work/pf" 2>&1 & local p=$!; until_true 10 grep -q Forwarding "$work/pf"; local port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) .*/\1/p' "$work/pf"); local r=$(curl -s "http://127.0.0.1:$port/"); kill $p; [ "$r" = hello-web ]; }
check "b  port-forward to the pod from the host" b_pf
b_cron() { kn create cronjob every --image=busybox:1.36 --schedule='* * * * *' -- sh -c 'date' && until_true 75 bash -c "$bin/hyper kubectl -n $ns get jobs -o name | grep -q every-"; local r=$?; kn delete cronjob every --wait=false; return $r; }
check "b  CronJob fires (up to 60 s by the clock)" b_cron
b_cronnow() { kn create cronjob man --image=busybox:1.36 --schedule='0 0 1 1 *' -- sh -c 'echo hi' && kn create job man-1 --from=cronjob/man && kn wait --for=condition=complete job/man-1 --timeout=20s; }
check "b  Job made by hand from a CronJob" b_cronnow

# c. services, DNS, claims, quota, RBAC
c_deploy() { kn create deployment site --image=busybox:1.36 --replicas=2 -- sh -c 'mkdir /w; hostname > /w/index.html; exec httpd -f -p 80 -h /w' && kn rollout status deployment/site --timeout=40s && kn expose deployment site --port=80; }
check "c  Deployment of 2 rolls out" c_deploy
svc() { kn exec web -- wget -qO- "http://$1/" | grep -q site-; }
c_ip() { local ip=$(kn get svc site -o jsonpath='{.spec.clusterIP}'); until_true 15 svc $ip; }
check "c  ClusterIP from another pod" c_ip
check "c  Service by name (DNS)" until_true 15 svc site.$ns.svc.cluster.local
check "c  Service by short name (DNS search)" until_true 15 svc site
c_spfw() { kn port-forward svc/site :80 > "$work/pf2" 2>&1 & local p=$!; until_true 10 grep -q Forwarding "$work/pf2"; local port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) .*/\1/p' "$work/pf2"); local r=$(curl -s "http://127.0.0.1:$port/"); kill $p; [[ $r = site-* ]]; }
check "c  port-forward to a service" c_spfw
c_pending() { printf 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: lonely}\nspec: {storageClassName: none-such, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n' | kn apply -f - && until_true 30 bash -c "$bin/hyper kubectl -n $ns describe pvc lonely | grep -q 'storageclass.storage.k8s.io \"none-such\" not found'"; }
check "c  PVC Pending with its reason as an event" c_pending
c_sts() { cat <<Y | kn apply -f - && kn rollout status statefulset/db --timeout=90s && kn exec db-1 -- sh -c 'echo x > /data/x' && kn get pvc | grep -c Bound; }
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: db, image: "busybox:1.36", command: [sleep, "3600"], volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Mi}}}
Y
check "c  StatefulSet of 2, volumes by the local-path provisioner" c_sts
c_stsdel() { kn delete statefulset db --wait && kn delete pvc data-db-0 data-db-1 --wait --timeout=40s && until_true 40 bash -c "! $bin/hyper kubectl get pv | grep -q $ns/data-db"; }
check "c  claims deleted: volumes and their folders go" c_stsdel
c_quota() { kn create quota small --hard=pods=1 && until_true 10 bash -c "$bin/hyper kubectl -n $ns get quota small -o jsonpath='{.status.hard}' | grep -q pods" && ! kn run over --image=busybox:1.36 2> "$work/q"; grep -q 'exceeded quota' "$work/q"; local r=$?; kn delete quota small; return $r; }
check "c  ResourceQuota refuses a pod" c_quota
c_rbac() { kn create sa weak && [ "$(kn auth can-i list secrets --as=system:serviceaccount:$ns:weak)" = no ] && kn create role r --verb=list --resource=pods && kn create rolebinding rb --role=r --serviceaccount=$ns:weak && [ "$(kn auth can-i list pods --as=system:serviceaccount:$ns:weak)" = yes ]; }
check "c  RBAC: can-i no, then yes with a role" c_rbac
c_token() { local t=$(kn create token weak); kn get secrets --token="$t" --kubeconfig=/dev/null --server="$(k config view --minify -o jsonpath='{.clusters[0].cluster.server}')" --insecure-skip-tls-verify 2>&1 | grep -q Forbidden; }
check "c  a service account's token is refused: Forbidden" c_token
c_used() { kn delete pvc reports --wait=false; sleep 3; kn get pvc reports -o jsonpath='{.metadata.deletionTimestamp}' | grep -q 20 && kn delete job --all --cascade=foreground --timeout=60s && kn wait --for=delete pvc/reports --timeout=30s && k delete pv $ns-reports && a_bind; }
check "c  PVC Terminating for as long as a finished Job's pod exists" c_used
c_final() { cat <<Y | kn apply -f - && kn wait --for=condition=Ready pod/holder --timeout=30s && kn delete pvc reports --wait=false && sleep 1 && kn get pvc reports -o jsonpath='{.metadata.deletionTimestamp}{.metadata.finalizers}' | grep -q '20.*pvc-protection' && kn delete pod holder && kn wait --for=delete pvc/reports --timeout=30s; }
apiVersion: v1
kind: Pod
metadata: {name: holder}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: h, image: "busybox:1.36", command: [sleep, "3600"], volumeMounts: [{name: v, mountPath: /v}]}]
  volumes: [{name: v, persistentVolumeClaim: {claimName: reports}}]
Y
check "c  PVC Terminating while mounted, gone after the pod" c_final
c_released() { until_true 20 bash -c "[ \"\$($bin/hyper kubectl get pv $ns-reports -o jsonpath='{.status.phase}')\" = Released ]" && [ -f "$home/out.txt" ]; }
check "c  PV Released, files kept (Retain)" c_released

# d. PostgreSQL (only where its image is loaded)
if "$bin/bed" exec --dir "$dir" -- ctr -a /run/bed/containerd.sock -n k8s.io images ls -q | grep -q library/postgres:15; then
d_pg() { kn run pg --image=postgres:15 --image-pull-policy=IfNotPresent --env=POSTGRES_PASSWORD=secret --env=POSTGRES_DB=shop --port=5432 && kn wait --for=condition=Ready pod/pg --timeout=30s && until_true 40 kn exec pg -- pg_isready -h 127.0.0.1; }
check "d  PostgreSQL pod accepts connections" d_pg
d_psql() { kn port-forward pod/pg :5432 > "$work/pf3" 2>&1 & local p=$!; until_true 10 grep -q Forwarding "$work/pf3"; local port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) .*/\1/p' "$work/pf3"); local r=$(PGPASSWORD=secret psql -h 127.0.0.1 -p "$port" -U postgres -d shop -Atc "create table t as select generate_series(1,1000) i; select sum(i) from t"); kill $p; [[ $r = *500500 ]]; }
check "d  psql from the host through port-forward" d_psql
fi

# e. the API server restarts under a watch; the node goes silent
e_watch() { kn get pods -w > "$work/watch" 2>&1 & local p=$!; sleep 1; "$bin/bed" ctl --dir "$dir" restart kube-apiserver; until_true 40 k get --raw /readyz; local e=$?; sleep 1; kill -0 $p 2>/dev/null && kill $p; return $e; }
check "e  API server restarted while kubectl watches: ready again" e_watch
e_after() { kn run after --image=busybox:1.36 --restart=Never -- true; until_true 40 bash -c "$bin/hyper kubectl -n $ns get pod after | grep -q Completed"; }
check "e  a pod runs after that restart" e_after
ready() { [ "$(k get nodes -o jsonpath='{.items[0].status.conditions[?(@.type=="Ready")].status}')" = "$1" ]; }
e_notready() { "$bin/bed" ctl --dir "$dir" pause kubelet && until_true 90 ready Unknown; }
check "e  kubelet paused: node NotReady (status Unknown)" e_notready
e_ready() { "$bin/bed" ctl --dir "$dir" resume kubelet && until_true 60 ready True; }
check "e  kubelet resumed: node Ready" e_ready
nsdel() { k delete namespace $ns --timeout=90s && k delete pv $ns-reports; }
check "   namespace deleted" nsdel
echo "$pass passed, $fail failed"
[ $fail = 0 ]
