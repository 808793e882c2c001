package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/reference"
)

// A provisioner of hostPath volumes under one folder of the node, in the manner
// of k3s's local-path, under whose name and Docker Desktop's it serves. A helper
// pod makes and removes each folder. It looks at all claims every second in
// place of watching: that is simple, and a test bed has few.

const (
	localPath = "rancher.io/local-path"
	hostPath  = "docker.io/hostpath"

	nodeAnnotation = "volume.kubernetes.io/selected-node"
	byAnnotation   = "pv.kubernetes.io/provisioned-by"
)

type provisioner struct {
	client    kubernetes.Interface
	namespace string // of the helper pods
	root      string // folder of the volumes on the node
	helper    string // image of the helper pods
}

func setting(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// provision runs until it is ended.
func provision() {
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		log.Fatal(err)
	}
	p := &provisioner{client: client, namespace: setting("POD_NAMESPACE", "kube-system"),
		root: setting("VOLUME_ROOT", "/var/lib/rancher/k3s/storage"), helper: setting("HELPER_IMAGE", "busybox:1.36")}
	for ; ; time.Sleep(time.Second) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		if err := p.round(ctx); err != nil {
			log.Print(err)
		}
		cancel()
	}
}

func (p *provisioner) round(ctx context.Context) error {
	classes, err := p.client.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list classes: %w", err)
	}
	mine := map[string]*storagev1.StorageClass{}
	for i, c := range classes.Items {
		if c.Provisioner == localPath || c.Provisioner == hostPath {
			mine[c.Name] = &classes.Items[i]
		}
	}
	claims, err := p.client.CoreV1().PersistentVolumeClaims("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list claims: %w", err)
	}
	for i := range claims.Items {
		claim := &claims.Items[i]
		if claim.Status.Phase != corev1.ClaimPending || claim.Spec.VolumeName != "" || claim.Spec.StorageClassName == nil {
			continue
		}
		if class := mine[*claim.Spec.StorageClassName]; class != nil {
			if err := p.create(ctx, claim, class); err != nil {
				log.Printf("claim %s/%s: %v", claim.Namespace, claim.Name, err)
			}
		}
	}
	return p.removeReleased(ctx)
}

func (p *provisioner) removeReleased(ctx context.Context) error {
	volumes, err := p.client.CoreV1().PersistentVolumes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list volumes: %w", err)
	}
	for i := range volumes.Items {
		v := &volumes.Items[i]
		by := v.Annotations[byAnnotation]
		if by != localPath && by != hostPath || v.Status.Phase != corev1.VolumeReleased ||
			v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete || v.DeletionTimestamp != nil {
			continue
		}
		node := v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values[0]
		if err := p.onNode(ctx, "delete", node, v.Name, "rm -rf /parent/"+path.Base(v.Spec.HostPath.Path)); err != nil {
			log.Printf("volume %s: %v", v.Name, err)
			continue
		}
		if err := p.client.CoreV1().PersistentVolumes().Delete(ctx, v.Name, metav1.DeleteOptions{}); err != nil {
			log.Printf("volume %s: %v", v.Name, err)
		}
	}
	return nil
}

// nodeFor is where a claim's volume is made: where the scheduler has put its
// first pod, or, for a class that binds at once, on the first node. It is empty
// as long as the scheduler has not chosen.
func (p *provisioner) nodeFor(ctx context.Context, claim *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) (string, error) {
	if node := claim.Annotations[nodeAnnotation]; node != "" {
		return node, nil
	}
	if class.VolumeBindingMode != nil && *class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer {
		return "", nil
	}
	nodes, err := p.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil || len(nodes.Items) == 0 {
		return "", err
	}
	return nodes.Items[0].Name, nil
}

func (p *provisioner) create(ctx context.Context, claim *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) error {
	node, err := p.nodeFor(ctx, claim, class)
	if err != nil || node == "" {
		return err
	}
	name := "pvc-" + string(claim.UID)
	folder := fmt.Sprintf("%s_%s_%s", name, claim.Namespace, claim.Name)
	if err := p.onNode(ctx, "create", node, name, "mkdir -m 0777 -p /parent/"+folder); err != nil {
		return err
	}
	ref, err := reference.GetReference(scheme.Scheme, claim)
	if err != nil {
		return err
	}
	kind, mode, policy := corev1.HostPathDirectoryOrCreate, corev1.PersistentVolumeFilesystem, corev1.PersistentVolumeReclaimDelete
	if class.ReclaimPolicy != nil {
		policy = *class.ReclaimPolicy
	}
	onNode := corev1.NodeSelectorRequirement{Key: "kubernetes.io/hostname", Operator: corev1.NodeSelectorOpIn, Values: []string{node}}
	_, err = p.client.CoreV1().PersistentVolumes().Create(ctx, &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{byAnnotation: class.Provisioner}},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: policy, StorageClassName: class.Name, VolumeMode: &mode, ClaimRef: ref,
			PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path.Join(p.root, folder), Type: &kind}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{
				NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{onNode}}}}},
		},
	}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	if err == nil {
		log.Printf("made %s for %s/%s on %s", name, claim.Namespace, claim.Name, node)
	}
	return err
}

// onNode runs one command on a node, with the volumes' folder at /parent.
func (p *provisioner) onNode(ctx context.Context, verb, node, volume, command string) error {
	kind := corev1.HostPathDirectoryOrCreate
	pods := p.client.CoreV1().Pods(p.namespace)
	name := "helper-pod-" + verb + "-" + volume
	_, err := pods.Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			NodeName: node, RestartPolicy: corev1.RestartPolicyNever,
			Tolerations: []corev1.Toleration{{Operator: corev1.TolerationOpExists}},
			Containers: []corev1.Container{{Name: "helper", Image: p.helper, ImagePullPolicy: corev1.PullIfNotPresent,
				Command: []string{"sh", "-c", command}, VolumeMounts: []corev1.VolumeMount{{Name: "parent", MountPath: "/parent"}}}},
			Volumes: []corev1.Volume{{Name: "parent", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: p.root, Type: &kind}}}},
		},
	}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("helper pod: %w", err)
	}
	defer func() {
		zero := int64(0)
		pods.Delete(context.Background(), name, metav1.DeleteOptions{GracePeriodSeconds: &zero})
	}()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		pod, err := pods.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return fmt.Errorf("helper pod: %w", err)
		}
		switch pod.Status.Phase {
		case corev1.PodSucceeded:
			return nil
		case corev1.PodFailed:
			return fmt.Errorf("helper pod failed: %s", pod.Status.Message)
		}
	}
	return fmt.Errorf("helper pod %s did not end", name)
}
