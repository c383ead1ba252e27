using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Patching;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>Replaces and patches objects: the same steps for every resource, with what is particular in a strategy.</summary>
internal sealed class ObjectUpdater(ResponseWriter responses, ObjectCreator creator, Authorizer authorizer, TimeProvider time)
{
    private const string Modified = "the object has been modified; please apply your changes to the latest version and try again";

    public async Task ReplaceAsync(ApiRequest request, ObjectStrategy strategy)
    {
        var options = WriteOptions.Read(request, "UpdateOptions");
        byte[] body = await RequestBody.ReadAsync(request.Http.Request);
        JsonObject document = ObjectDecoder.DecodeBody(request, body, strategy.Type, options, strategy.Present(request.Resource).ApiVersion);
        CheckIdentity(request, document);
        StoredObject result = Update(request, strategy, options, stored =>
        {
            JsonObject updated = document.Copy();
            JsonObject metadata = updated.GetOrAddObject("metadata");
            if (request.ObjectNamespace is { } objectNamespace)
            {
                metadata["namespace"] = objectNamespace;
            }

            strategy.CheckUid(request, metadata, stored);
            strategy.SetDefaults(updated);
            Track(request, strategy, options, stored, updated);
            return updated;
        });
        await WriteAsync(request, strategy, result);
    }

    /// <summary>Shows an object as the strategy's resource has it.</summary>
    public Task ShowAsync(ApiRequest request, ObjectStrategy strategy) => WriteAsync(request, strategy, request.FindObject());

    public async Task PatchAsync(ApiRequest request, ObjectStrategy strategy)
    {
        PatchType type = Patch.TypeOf(request.Http.Request);
        byte[] body = await RequestBody.ReadAsync(request.Http.Request);
        var options = WriteOptions.Read(request, "PatchOptions", apply: type == PatchType.Apply);
        var patch = Patch.Parse(type, body, request.Edition.Bodies);
        if (type == PatchType.Apply)
        {
            await ApplyAsync(request, strategy, options, patch.DecodeConfiguration(request, strategy.Type, options));
            return;
        }

        StoredObject result = Update(request, strategy, options, stored =>
        {
            JsonObject updated = patch.ApplyTo(request, strategy, strategy.Present(stored), options);
            CheckIdentity(request, updated);
            strategy.SetDefaults(updated);
            Track(request, strategy, options, stored, updated);
            return updated;
        });
        await WriteAsync(request, strategy, result);
    }

    /// <summary>Server-side apply: what is not there yet is created.</summary>
    private async Task ApplyAsync(ApiRequest request, ObjectStrategy strategy, WriteOptions options, JsonObject configuration)
    {
        CheckIdentity(request, configuration);
        if (request.Info.Subresource.Length == 0 && request.Resource.Store.Get(request.ObjectNamespace, request.Info.Name) is null)
        {
            AccessRequest create = request.Info.ToAccessRequest() with { Verb = "create" };
            if (!authorizer.Authorize(request.User, create).Allowed)
            {
                throw new ApiStatusException(Refusals.Of(request.User, create));
            }

            await creator.CreateAppliedAsync(request, configuration, options);
            return;
        }

        StoredObject result = Update(request, strategy, options, stored =>
        {
            JsonObject merged = FieldManager.Apply(strategy.Type, strategy.Present(stored), configuration, Manager.Of(request, options), options.Force, time.GetUtcNow());
            JsonObject applied = TypedDecoder.Decode(strategy.Type, merged, DecoderDialect.Unstructured, out _);
            strategy.SetDefaults(applied);
            return applied;
        });
        await WriteAsync(request, strategy, result);
    }

    private Task WriteAsync(ApiRequest request, ObjectStrategy strategy, StoredObject result) => responses.WriteObjectAsync(
        request with { Resource = strategy.Present(request.Resource) }, 200, new StoredObject(strategy.Present(result.Value), result.ResourceVersion));

    /// <summary>
    /// Makes a new version from the stored one until nobody has written in between; the stored object itself comes back
    /// when nothing has changed.
    /// </summary>
    private static StoredObject Update(ApiRequest request, ObjectStrategy strategy, WriteOptions options, Func<JsonObject, JsonObject> change)
    {
        int warned = request.Warnings.Count;
        while (true)
        {
            request.Warnings.RemoveRange(warned, request.Warnings.Count - warned);
            StoredObject stored = request.FindObject();
            JsonObject updated = change(stored.Value);
            if (ExpectedVersion(updated) is { } version && version != stored.ResourceVersion)
            {
                throw new ApiStatusException(ApiStatus.Conflict(request.Resource.ResourceKind, request.Info.Name, Modified));
            }

            JsonObject result = strategy.TakeOver(updated, stored.Value);
            result.Remove("kind");
            result.Remove("apiVersion");
            result.Object("metadata")!["resourceVersion"] = stored.Value.Object("metadata").Text("resourceVersion");
            IReadOnlyList<Validation.FieldError> errors = strategy.Validate(result, stored.Value);
            if (errors.Count > 0)
            {
                throw new ApiStatusException(ApiStatus.Invalid(request.Resource.Kind, request.Info.Name, errors, request.Resource.Group));
            }

            request.Warnings.AddRange(strategy.Admit(result, stored.Value));
            if (JsonNode.DeepEquals(result, stored.Value))
            {
                return stored;
            }

            if (options.DryRun)
            {
                return new StoredObject(result, stored.ResourceVersion);
            }

            if (Store(request.Resource.Store, stored, result) is { } written)
            {
                return written;
            }
        }
    }

    /// <summary>The version that the client has changed; null when it does not care.</summary>
    private static long? ExpectedVersion(JsonObject updated)
    {
        string text = updated.Object("metadata").Text("resourceVersion") ?? "";
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong version) && text.Length > 0)
        {
            throw new ApiStatusException(new ApiStatus(500, null, $"strconv.ParseUint: parsing {GoFormat.Quote(text)}: invalid syntax"));
        }

        return version == 0 ? null : (long)Math.Min(version, long.MaxValue);
    }

    /// <summary>An object that only its finalizers have kept goes when the last of them does.</summary>
    private static StoredObject? Store(ObjectStore store, StoredObject stored, JsonObject result)
    {
        JsonObject metadata = result.Object("metadata")!;
        bool released = metadata.Has("deletionTimestamp")
            && metadata.Integer("deletionGracePeriodSeconds") is null or 0
            && !metadata.Texts("finalizers").Any()
            && stored.Value.Object("metadata").Texts("finalizers").Any();
        if (!released)
        {
            return store.Replace(stored, result);
        }

        return store.Delete(stored) is null ? null : new StoredObject(result, stored.ResourceVersion);
    }

    private void Track(ApiRequest request, ObjectStrategy strategy, WriteOptions options, JsonObject stored, JsonObject updated)
    {
        if (strategy.TracksFields)
        {
            FieldManager.TrackUpdate(strategy.Type, stored, updated, Manager.Of(request, options), time.GetUtcNow());
        }
    }

    private static void CheckIdentity(ApiRequest request, JsonObject document)
    {
        string name = document.Object("metadata").Text("name") ?? "";
        if (name.Length == 0)
        {
            throw new ApiStatusException(ApiStatus.BadRequest($"the name of the object ({request.Info.Name} based on URL) was undeterminable: name must be provided"));
        }

        if (name != request.Info.Name)
        {
            throw new ApiStatusException(ApiStatus.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Info.Name})"));
        }

        if (document.Object("metadata").Text("namespace") is { Length: > 0 } objectNamespace && request.Resource.Namespaced && objectNamespace != request.Info.Namespace)
        {
            throw new ApiStatusException(ApiStatus.BadRequest($"the namespace of the object ({objectNamespace}) does not match the namespace on the request ({request.Info.Namespace})"));
        }
    }
}
