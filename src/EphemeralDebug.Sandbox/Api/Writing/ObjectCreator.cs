using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Admission;
using EphemeralDebug.Sandbox.Api.Admission.PodSecurity;
using EphemeralDebug.Sandbox.Api.Patching;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Workloads;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>Creates pods, namespaces and workloads.</summary>
internal sealed class ObjectCreator(ResourceRegistry registry, ResponseWriter responses, TimeProvider time)
{
    /// <summary>Creates the object in the body.</summary>
    public async Task CreateAsync(ApiRequest request)
    {
        var options = WriteOptions.Read(request, "CreateOptions");
        byte[] body = await RequestBody.ReadAsync(request.Http.Request);
        StructType type = TypeOf(request);
        JsonObject created = ObjectDecoder.DecodeBody(request, body, type, options, request.Resource.ApiVersion);
        PrepareMetadata(request, created);
        SetDefaults(request, created);
        FieldManager.TrackUpdate(type, stored: null, created, Manager.Of(request, options), time.GetUtcNow());
        await CompleteAsync(request, created, options);
    }

    /// <summary>Creates what is applied and is not there yet.</summary>
    public Task CreateAppliedAsync(ApiRequest request, JsonObject configuration, WriteOptions options)
    {
        StructType type = TypeOf(request);
        JsonObject applied = FieldManager.Apply(type, [], configuration, Manager.Of(request, options), options.Force, time.GetUtcNow());
        JsonObject created = TypedDecoder.Decode(type, applied, DecoderDialect.Unstructured, out _);

        // Nobody owns a name, so it is not among what was applied.
        created.GetOrAddObject("metadata")["name"] = request.Info.Name;
        PrepareMetadata(request, created);
        return CompleteAsync(request, created, options);
    }

    private static StructType TypeOf(ApiRequest request) => request.Edition.Schema[request.Resource.Kind];

    private Task CompleteAsync(ApiRequest request, JsonObject created, WriteOptions options)
    {
        if (request.Resource == registry.Pods)
        {
            CompletePod(request, created);
        }
        else if (request.Resource != registry.Namespaces)
        {
            CompleteWorkload(request, created);
        }
        else
        {
            CompleteNamespace(request, created);
        }

        return StoreAsync(request, created, options);
    }

    /// <summary>Defaults belong to the decoding: who creates an object owns them.</summary>
    private void SetDefaults(ApiRequest request, JsonObject created)
    {
        if (request.Resource == registry.Pods)
        {
            PodDefaults.Apply(created);
        }
        else if (request.Resource != registry.Namespaces)
        {
            WorkloadDefaults.Apply(request.Resource.Kind, created);
        }
    }

    private ObjectStore RequireNamespace(ApiRequest request)
    {
        ObjectStore namespaces = registry.Namespaces.Store;
        return namespaces.Get(null, request.Info.Namespace) is not null
            ? namespaces
            : throw new ApiStatusException(ApiStatus.NotFound(registry.Namespaces.ResourceKind, request.Info.Namespace));
    }

    private void CompleteWorkload(ApiRequest request, JsonObject created)
    {
        ObjectStore namespaces = RequireNamespace(request);
        WorkloadDefaults.Apply(request.Resource.Kind, created);
        WorkloadAdmission.Complete(request.Resource, created);
        Refuse(request, created, WorkloadRules.Check(request.Resource.Kind, created));
        if (request.Edition.EnforcesPodSecurity)
        {
            request.Warnings.AddRange(WorkloadStrategy.WarnOfTemplate(namespaces, created));
        }
    }

    private void CompletePod(ApiRequest request, JsonObject pod)
    {
        ObjectStore namespaces = RequireNamespace(request);
        PodDefaults.Apply(pod);
        PodAdmission.Apply(pod);
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodAdmission.QualityOfService(pod.Object("spec")!) };
        request.Edition.CompleteNewPod(pod);
        Refuse(request, pod, request.Edition.CheckNewPod(pod));
        if (request.Edition.EnforcesPodSecurity)
        {
            request.Warnings.AddRange(PodSecurityAdmission.AdmitPod(PodStrategy.LabelsOf(namespaces, pod), pod));
        }
    }

    private static void CompleteNamespace(ApiRequest request, JsonObject created)
    {
        NamespaceStrategy.SetNameLabel(created, request.Edition);
        created["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        created["status"] = new JsonObject { ["phase"] = "Active" };
        JsonObject metadata = created.Object("metadata")!;
        Refuse(
            request,
            created,
            [.. MetadataRules.Check(metadata, NameRules.DnsLabel), .. request.Edition.EnforcesPodSecurity ? PodSecurityAdmission.CheckLabels(metadata.Object("labels")) : []]);
    }

    private void PrepareMetadata(ApiRequest request, JsonObject created)
    {
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
            throw new ApiStatusException(ApiStatus.Invalid(request.Resource.Kind, created.Object("metadata").Text("name") ?? "", errors, request.Resource.Group));
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
