using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>Ends pods: with the time that they are given, and not before their finalizers let them go.</summary>
internal sealed class PodTerminator(ObjectStore pods, IKubelet kubelet, TimeProvider time)
{
    /// <summary>In seconds; nothing has to be waited for when nothing runs.</summary>
    public static long GracePeriod(JsonObject pod, long? asked)
    {
        bool runs = !string.IsNullOrEmpty(pod.Object("spec").Text("nodeName"))
            && pod.Object("status").Text("phase") is not ("Succeeded" or "Failed");
        return runs ? Math.Max(0, asked ?? pod.Object("spec").Integer("terminationGracePeriodSeconds") ?? 30) : 0;
    }

    /// <summary>The pod as it is while it ends.</summary>
    public JsonObject Terminating(JsonObject stored, long grace)
    {
        JsonObject terminating = stored.Copy();
        JsonObject metadata = terminating.Object("metadata")!;

        // What is not counted stays so.
        if (!metadata.Has("deletionTimestamp") && metadata.Integer("generation") is { } generation and > 0)
        {
            metadata["generation"] = generation + 1;
        }

        metadata["deletionTimestamp"] = ApiJson.Time(time.GetUtcNow().AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        return terminating;
    }

    /// <summary>Begins to end a pod; null when somebody has changed it since it was read.</summary>
    public StoredObject? TryTerminate(StoredObject pod, long grace)
    {
        if (pods.Replace(pod, Terminating(pod.Value, grace)) is not { } written)
        {
            return null;
        }

        if (grace > 0)
        {
            _ = kubelet.TerminateAsync(written.Namespace!, written.Name, TimeSpan.FromSeconds(grace));
        }
        else if (!written.Value.Object("metadata").Texts("finalizers").Any())
        {
            pods.Delete(written);
        }

        return written;
    }
}
