using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>Deletes pods: those that run get time to end, finalizers keep what they are to keep.</summary>
internal sealed class ObjectDeleter(ResponseWriter responses, IKubelet kubelet, ObjectStore pods, TimeProvider time)
{
    public async Task DeletePodAsync(ApiRequest request)
    {
        DeleteOptions options = await DeleteOptions.ReadAsync(request);
        StoredObject deleted = DeletePod(request, request.FindObject, options);
        await responses.WriteObjectAsync(request, 200, deleted);
    }

    /// <summary>Deletes every pod that the request selects, each as if alone.</summary>
    public async Task DeletePodsAsync(ApiRequest request)
    {
        DeleteOptions options = await DeleteOptions.ReadAsync(request);
        IReadOnlyList<StoredObject> selected = ListReader.SelectAll(request);
        foreach (StoredObject pod in selected)
        {
            DeletePod(request, () => request.Resource.Store.Get(pod.Namespace, pod.Name) ?? pod, options);
        }

        await ListReader.WriteListAsync(request, selected);
    }

    /// <summary>Deletes a namespace and what is in it.</summary>
    public async Task DeleteNamespaceAsync(ApiRequest request)
    {
        DeleteOptions options = await DeleteOptions.ReadAsync(request);
        StoredObject stored = request.FindObject();
        JsonObject terminating = stored.Value.Copy();
        terminating.Object("metadata")!["deletionTimestamp"] = ApiJson.Time(time.GetUtcNow());
        terminating["status"] = new JsonObject { ["phase"] = "Terminating" };
        var answer = new StoredObject(terminating, stored.ResourceVersion);
        if (!options.DryRun)
        {
            foreach (StoredObject pod in pods.Read().Objects.Values.Where(pod => pod.Namespace == request.Info.Name).ToList())
            {
                pods.Delete(pod);
            }

            request.Resource.Store.Delete(stored);
        }

        await responses.WriteObjectAsync(request, 200, answer);
    }

    private StoredObject DeletePod(ApiRequest request, Func<StoredObject> find, DeleteOptions options)
    {
        while (true)
        {
            StoredObject stored = find();
            options.CheckPreconditions(stored.Value, request.Resource.Kind);
            long grace = GracePeriod(stored.Value, options);
            JsonObject metadata = stored.Value.Object("metadata")!;
            if (metadata.Integer("deletionGracePeriodSeconds") is { } current && current <= grace)
            {
                return stored;
            }

            JsonObject terminating = Terminating(stored.Value, grace);
            if (options.DryRun)
            {
                return new StoredObject(terminating, stored.ResourceVersion);
            }

            if (pods.Replace(stored, terminating) is { } written)
            {
                End(written, grace);
                return written;
            }
        }
    }

    private void End(StoredObject pod, long grace)
    {
        if (pod.Value.Object("metadata").Texts("finalizers").Any() && grace == 0)
        {
            return;
        }

        if (grace == 0)
        {
            pods.Delete(pod);
        }
        else
        {
            _ = kubelet.TerminateAsync(pod.Namespace!, pod.Name, TimeSpan.FromSeconds(grace));
        }
    }

    private JsonObject Terminating(JsonObject stored, long grace)
    {
        JsonObject terminating = stored.Copy();
        JsonObject metadata = terminating.Object("metadata")!;
        if (!metadata.Has("deletionTimestamp"))
        {
            // What is not counted stays so.
            if (metadata.Integer("generation") is { } generation and > 0)
            {
                metadata["generation"] = generation + 1;
            }
        }

        metadata["deletionTimestamp"] = ApiJson.Time(time.GetUtcNow().AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        return terminating;
    }

    /// <summary>In seconds; nothing has to be waited for when nothing runs.</summary>
    private static long GracePeriod(JsonObject pod, DeleteOptions options)
    {
        bool runs = !string.IsNullOrEmpty(pod.Object("spec").Text("nodeName"))
            && pod.Object("status").Text("phase") is not ("Succeeded" or "Failed");
        return runs ? Math.Max(0, options.GracePeriodSeconds ?? pod.Object("spec").Integer("terminationGracePeriodSeconds") ?? 30) : 0;
    }
}

/// <summary>The options of a deletion, from the body or the query.</summary>
internal sealed record DeleteOptions(bool DryRun, long? GracePeriodSeconds, string? Uid, string? ResourceVersion)
{
    /// <summary>Reads the options.</summary>
    /// <exception cref="ApiStatusException">They have mistakes.</exception>
    public static async Task<DeleteOptions> ReadAsync(ApiRequest request)
    {
        byte[] body = await RequestBody.ReadAsync(request.Http.Request);
        JsonNode? document = null;
        if (body.Length > 0)
        {
            try
            {
                document = RequestBody.Parse(request.Http.Request, body, out _);
            }
            catch (JsonSyntaxException exception)
            {
                throw new ApiStatusException(ApiStatus.BadRequest(
                    $"couldn't get version/kind; json parse error: {exception.Message}"));
            }
        }

        bool dryRunInBody = document.Array("dryRun") is { Count: > 0 };
        WriteOptions.Refuse(
            "DeleteOptions",
            [.. dryRunInBody ? WriteOptions.CheckDryRun(document.Texts("dryRun").ToArray(), request.Edition.Bodies) : WriteOptions.CheckDryRun(request.Query["dryRun"], request.Edition.Bodies)]);
        long? inQuery = long.TryParse(request.Query["gracePeriodSeconds"], CultureInfo.InvariantCulture, out long seconds) ? seconds : null;
        return new DeleteOptions(
            dryRunInBody || request.Query.ContainsKey("dryRun"),
            document.Integer("gracePeriodSeconds") ?? inQuery,
            document.Object("preconditions").Text("uid"),
            document.Object("preconditions").Text("resourceVersion"));
    }

    /// <summary>Refuses when the object is another one than the client means.</summary>
    /// <exception cref="ApiStatusException">It is.</exception>
    public void CheckPreconditions(JsonObject stored, string kind)
    {
        JsonObject metadata = stored.Object("metadata")!;
        string name = metadata.Text("name")!;
        if (Uid is { } uid && uid != metadata.Text("uid"))
        {
            throw new ApiStatusException(ApiStatus.Conflict(
                new ResourceKind(kind, ""),
                name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({metadata.Text("uid")}). The object might have been deleted and then recreated"));
        }

        if (ResourceVersion is { } version && version != metadata.Text("resourceVersion"))
        {
            throw new ApiStatusException(ApiStatus.Conflict(
                new ResourceKind(kind, ""),
                name,
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({metadata.Text("resourceVersion")}). The object might have been modified"));
        }
    }
}
