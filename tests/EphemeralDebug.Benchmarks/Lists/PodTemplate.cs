namespace EphemeralDebug.Benchmarks.Lists;

/// <summary>A pod of a Deployment as clusters are full of.</summary>
internal static class PodTemplate
{
    public const string Json = """
        {
          "metadata": {
            "name": "", "generateName": "web-6d4cf56db6-", "namespace": "default", "uid": "0f7bd9d2-93a7-4a5c-8d32-6d7de05fb3e2",
            "resourceVersion": "123456", "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": { "app": "web", "pod-template-hash": "6d4cf56db6", "app.kubernetes.io/part-of": "shop" },
            "annotations": { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z", "prometheus.io/scrape": "true" },
            "ownerReferences": [ { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-6d4cf56db6", "uid": "3e1f0d5c-8f5a-4b0e-a1c5-b1b1b1b1b1b1", "controller": true, "blockOwnerDeletion": true } ],
            "managedFields": [ { "manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1", "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1" } ]
          },
          "spec": {
            "volumes": [ { "name": "kube-api-access-abcde", "source": { "projected": { "sources": [ { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } } ] } } }, { "name": "data", "source": { "emptyDir": {} } } ],
            "containers": [
              { "name": "app", "image": "registry.example/shop/web:1.2.3", "ports": [ { "containerPort": 8080, "protocol": "TCP" } ], "env": [ { "name": "LOG_LEVEL", "value": "info" }, { "name": "POD_NAME", "valueFrom": {} } ], "volumeMounts": [ { "name": "data", "mountPath": "/data" }, { "name": "kube-api-access-abcde", "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount" } ], "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "imagePullPolicy": "IfNotPresent", "securityContext": { "runAsNonRoot": true, "allowPrivilegeEscalation": false } },
              { "name": "proxy", "image": "registry.example/mesh/proxy:4.5.6", "args": [ "proxy", "sidecar", "--log", "warning" ], "volumeMounts": [ { "name": "kube-api-access-abcde", "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount" } ], "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "imagePullPolicy": "IfNotPresent" }
            ],
            "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst", "serviceAccountName": "web", "serviceAccount": "web", "nodeName": "node-17", "securityContext": {}, "schedulerName": "default-scheduler",
            "tolerations": [ { "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300 }, { "key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300 } ],
            "priority": 0, "enableServiceLinks": true, "preemptionPolicy": "PreemptLowerPriority"
          },
          "status": {
            "phase": "Running",
            "conditions": [ { "type": "Initialized", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z" }, { "type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z" }, { "type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z" } ],
            "hostIP": "10.0.0.17", "podIP": "10.244.3.18", "startTime": "2026-01-01T00:00:00Z",
            "containerStatuses": [
              { "name": "app", "state": { "running": { "startedAt": "2026-01-01T00:00:00Z" } }, "ready": true, "restartCount": 0, "image": "registry.example/shop/web:1.2.3", "imageID": "registry.example/shop/web@sha256:1f2e3d4c5b6a79880123456789abcdef0123456789abcdef0123456789abcdef", "containerID": "containerd://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "started": true },
              { "name": "proxy", "state": { "running": { "startedAt": "2026-01-01T00:00:00Z" } }, "ready": true, "restartCount": 0, "image": "registry.example/mesh/proxy:4.5.6", "imageID": "registry.example/mesh/proxy@sha256:1f2e3d4c5b6a79880123456789abcdef0123456789abcdef0123456789abcdef", "containerID": "containerd://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "started": true }
            ],
            "qosClass": "BestEffort"
          }
        }
        """;
}
