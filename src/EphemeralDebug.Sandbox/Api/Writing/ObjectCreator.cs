using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Admission;
using EphemeralDebug.Sandbox.Api.Admission.PodSecurity;
using EphemeralDebug.Sandbox.Api.Patching;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.Net.Http.Headers;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>Creates pods and namespaces.</summary>
internal sealed class ObjectCreator(ResourceRegistry registry, ResponseWriter responses, TimeProvider time)
{
    public async Task CreatePodAsync(ApiRequest request)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        JsonObject pod = await ReadAsync(request, SchemaCatalog.Pod, options);
        ObjectStore namespaces = registry.Namespaces.Store;
        if (namespaces.Get(null, request.Info.Namespace) is null)
        {
            throw new ApiStatusException(ApiStatus.NotFound(registry.Namespaces.ResourceKind, request.Info.Namespace));
        }

        PodDefaults.Apply(pod);
        PodAdmission.Apply(pod);
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodAdmission.QualityOfService(pod.Object("spec")!) };
        pod.Object("metadata")!["generation"] = 1;
        Refuse(request, pod, PodRules.CheckNew(pod));
        request.Warnings.AddRange(PodSecurityAdmission.AdmitPod(PodStrategy.LabelsOf(namespaces, pod), pod));
        await StoreAsync(request, pod, options);
    }

    public async Task CreateNamespaceAsync(ApiRequest request)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        JsonObject created = await ReadAsync(request, SchemaCatalog.Namespace, options);
        NamespaceStrategy.SetNameLabel(created);
        created["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        created["status"] = new JsonObject { ["phase"] = "Active" };
        JsonObject metadata = created.Object("metadata")!;
        Refuse(
            request,
            created,
            [.. MetadataRules.Check(metadata, NameRules.DnsLabel), .. PodSecurityAdmission.CheckLabels(metadata.Object("labels"))]);
        await StoreAsync(request, created, options);
    }

    private async Task<JsonObject> ReadAsync(ApiRequest request, StructType type, WriteOptions options)
    {
        byte[] body = await RequestBody.ReadAsync(request.Http.Request);
        JsonObject created = ObjectDecoder.DecodeBody(request, body, type, options);
        created.Remove("kind");
        created.Remove("apiVersion");
        JsonObject metadata = created.GetOrAddObject("metadata");
        if (metadata.Text("resourceVersion") is { Length: > 0 })
        {
            throw new ApiStatusException(new ApiStatus(500, null, "resourceVersion should not be set on objects to be created"));
        }

        if (request.Resource.Namespaced)
        {
            if (metadata.Text("namespace") is { Length: > 0 } given && given != request.Info.Namespace)
            {
                throw new ApiStatusException(ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
            }

            metadata["namespace"] = request.Info.Namespace;
        }

        FillMetadata(metadata);
        var manager = Manager.From(options.FieldManager, request.Http.Request.Headers[HeaderNames.UserAgent].ToString(), subresource: null);
        FieldManager.TrackUpdate(type, stored: null, created, manager, time.GetUtcNow());
        return created;
    }

    private void FillMetadata(JsonObject metadata)
    {
        if (string.IsNullOrEmpty(metadata.Text("name")) && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + RandomName.Suffix();
        }

        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = ApiJson.Time(time.GetUtcNow());
    }

    private static void Refuse(ApiRequest request, JsonObject created, IReadOnlyList<FieldError> errors)
    {
        if (errors.Count > 0)
        {
            throw new ApiStatusException(ApiStatus.Invalid(request.Resource.Kind, created.Object("metadata").Text("name") ?? "", errors));
        }
    }

    private Task StoreAsync(ApiRequest request, JsonObject created, WriteOptions options)
    {
        string name = created.Object("metadata").Text("name")!;
        bool exists = request.Resource.Store.Get(request.ObjectNamespace, name) is not null;
        StoredObject? stored = options.DryRun && !exists ? new StoredObject(created, 0) : request.Resource.Store.Create(created);
        return responses.WriteObjectAsync(request, 201, stored ?? throw new ApiStatusException(ApiStatus.AlreadyExists(request.Resource.ResourceKind, name)));
    }
}
