using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using EphemeralDebug.Sandbox.Workloads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>Deletes objects: pods that run get time to end, finalizers keep what they are to keep.</summary>
internal sealed class ObjectDeleter(ResponseWriter responses, ResourceRegistry registry, PodTerminator terminator, TimeProvider time)
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
            foreach (ObjectStore store in registry.Workloads.Append(registry.Pods).Select(resource => resource.Store))
            {
                DeleteAll(store, request.Info.Name);
            }

            request.Resource.Store.Delete(stored);
        }

        await responses.WriteObjectAsync(request, 200, answer);
    }

    /// <summary>Deletes a workload or a service; what it owns follows, unless it is to be left behind.</summary>
    public async Task DeleteWorkloadAsync(ApiRequest request)
    {
        DeleteOptions options = await DeleteOptions.ReadAsync(request);
        StoredObject stored = DeleteWorkload(request, request.FindObject(), options);
        var details = request.Resource.ResourceKind.Details(stored.Name);
        details["uid"] = stored.Value.Object("metadata").Text("uid");
        await ResponseWriter.WriteDocumentAsync(request.Http, 200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    /// <summary>Deletes every workload that the request selects.</summary>
    public async Task DeleteWorkloadsAsync(ApiRequest request)
    {
        DeleteOptions options = await DeleteOptions.ReadAsync(request);
        IReadOnlyList<StoredObject> selected = ListReader.SelectAll(request);
        foreach (StoredObject stored in selected)
        {
            DeleteWorkload(request, stored, options);
        }

        await ListReader.WriteListAsync(request, selected);
    }

    private StoredObject DeleteWorkload(ApiRequest request, StoredObject stored, DeleteOptions options)
    {
        options.CheckPreconditions(stored.Value, request.Resource.Kind);
        if (!options.DryRun)
        {
            if (options.Orphans)
            {
                Owners.Release(registry, stored);
            }

            request.Resource.Store.Delete(stored);
        }

        return stored;
    }

    private StoredObject DeletePod(ApiRequest request, Func<StoredObject> find, DeleteOptions options)
    {
        while (true)
        {
            StoredObject stored = find();
            options.CheckPreconditions(stored.Value, request.Resource.Kind);
            long grace = PodTerminator.GracePeriod(stored.Value, options.GracePeriodSeconds);
            JsonObject metadata = stored.Value.Object("metadata")!;
            if (metadata.Integer("deletionGracePeriodSeconds") is { } current && current <= grace)
            {
                return stored;
            }

            if (options.DryRun)
            {
                return new StoredObject(terminator.Terminating(stored.Value, grace), stored.ResourceVersion);
            }

            if (terminator.TryTerminate(stored, grace) is { } written)
            {
                return written;
            }
        }
    }

    private static void DeleteAll(ObjectStore store, string objectNamespace)
    {
        foreach (StoredObject stored in store.Read().Objects.Values.Where(stored => stored.Namespace == objectNamespace).ToList())
        {
            store.Delete(stored);
        }
    }
}

/// <summary>The options of a deletion, from the body or the query.</summary>
internal sealed record DeleteOptions(bool DryRun, long? GracePeriodSeconds, string? Uid, string? ResourceVersion)
{
    /// <summary>Whether what the object owns is left behind.</summary>
    public bool Orphans { get; init; }

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

        // The query is read only where there is no body.
        IQueryCollection query = request.Query;
        StringValues dryRun = document is null ? query["dryRun"] : document.Texts("dryRun").ToArray();
        string? propagation = document is null ? query["propagationPolicy"].FirstOrDefault() : document.Text("propagationPolicy");
        bool orphan = document is null ? query.ContainsKey("orphanDependents") : document.Has("orphanDependents");
        WriteOptions.Refuse("DeleteOptions", [.. CheckPropagation(propagation, orphan), .. WriteOptions.CheckDryRun(dryRun, request.Edition.Bodies)]);
        return new DeleteOptions(
            dryRun.Count > 0,
            document is null ? QueryValues.Integer(query["gracePeriodSeconds"]) : document.Integer("gracePeriodSeconds"),
            document.Object("preconditions").Text("uid"),
            document.Object("preconditions").Text("resourceVersion"))
        {
            Orphans = propagation == "Orphan",
        };
    }

    private static IEnumerable<FieldError> CheckPropagation(string? propagation, bool orphan)
    {
        if (propagation is not null && orphan)
        {
            yield return FieldError.Invalid("propagationPolicy", propagation, "orphanDependents and deletionPropagation cannot be both set");
        }

        if (propagation is not (null or "Foreground" or "Background" or "Orphan"))
        {
            yield return FieldError.NotSupported("propagationPolicy", propagation, ["Foreground", "Background", "Orphan", "nil"]);
        }
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
