using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Workloads;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Kubelet.PortForward;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>Leads a request about a resource to what answers it.</summary>
internal sealed class ResourceEndpoints
{
    private readonly ResourceRegistry _registry;
    private readonly ApiEdition _edition;
    private readonly IKubelet _kubelet;
    private readonly ResponseWriter _responses;
    private readonly ObjectCreator _creator;
    private readonly ObjectUpdater _updater;
    private readonly ObjectDeleter _deleter;
    private readonly ListReader _lists;
    private readonly WatchStream _watches;
    private readonly CancellationToken _stopping;

    public ResourceEndpoints(
        ResourceRegistry registry, ApiEdition edition, IKubelet kubelet, Authorizer authorizer, TimeProvider time, CancellationToken stopping)
    {
        _edition = edition;
        _registry = registry;
        _kubelet = kubelet;
        _responses = new ResponseWriter(time);
        _creator = new ObjectCreator(registry, _responses, time);
        _updater = new ObjectUpdater(_responses, _creator, authorizer, time);
        _deleter = new ObjectDeleter(_responses, registry, new PodTerminator(registry.Pods.Store, kubelet, time), time);
        _lists = new ListReader(_responses);
        _watches = new WatchStream(_responses, time);
        _stopping = stopping;
    }

    public Task HandleAsync(ApiRequest request)
    {
        Func<ApiRequest, Task>? endpoint = request.Info.Subresource.Length > 0
            ? SubresourceEndpoint(request)
            : ObjectEndpoint(request);
        return endpoint is null
            ? throw new ApiStatusException(ApiStatus.MethodNotAllowed())
            : endpoint(request);
    }

    private Func<ApiRequest, Task>? ObjectEndpoint(ApiRequest request)
    {
        bool collection = request.Info.Verb is "list" or "watch" or "deletecollection" || request.Info.Name.Length == 0;
        string method = request.Http.Request.Method;
        return (request.Info.Verb, collection) switch
        {
            ("watch", _) when method == "GET" => Watch,
            ("list", _) when method == "GET" => _lists.ListAsync,
            ("get", false) when method == "GET" => Get,
            ("create", true) => Writable(request, _creator.CreateAsync),
            ("update", false) => Writable(request, Replace(Strategy(request))),
            ("patch", false) => Writable(request, Patch(Strategy(request))),
            ("delete", false) => Writable(request, Delete(request)),
            ("deletecollection", _) when OfPods(request) => _deleter.DeletePodsAsync,
            ("deletecollection", _) when OfWorkloads(request) => _deleter.DeleteWorkloadsAsync,
            _ => null,
        };
    }

    private Func<ApiRequest, Task>? SubresourceEndpoint(ApiRequest request)
    {
        SubresourceDefinition subresource = request.Resource.Subresources.FirstOrDefault(candidate => candidate.Name == request.Info.Subresource)
            ?? throw new ApiStatusException(ApiStatus.UnknownPath());
        if (HttpMethods.IsHead(request.Http.Request.Method) || !subresource.Verbs.Contains(request.Info.Verb, StringComparer.Ordinal))
        {
            return null;
        }

        if (OfWorkloads(request))
        {
            return WorkloadSubresource(request, subresource);
        }

        if (request.Resource != _registry.Pods)
        {
            throw NotSimulated(request);
        }

        return (subresource.Name, request.Info.Verb) switch
        {
            ("exec", _) => OnPod(_kubelet.ExecAsync),
            ("attach", _) => OnPod(_kubelet.AttachAsync),
            ("log", _) => Log,
            ("portforward", _) => PortForward,
            ("ephemeralcontainers", "get") => Show(_edition.EphemeralContainers(_registry.Namespaces.Store)),
            ("ephemeralcontainers", "update") => Replace(_edition.EphemeralContainers(_registry.Namespaces.Store)),
            ("ephemeralcontainers", "patch") => Patch(_edition.EphemeralContainers(_registry.Namespaces.Store)),
            ("status", "get") => Get,
            ("status", "update") => Replace(_edition.PodStatus()),
            ("status", "patch") => Patch(_edition.PodStatus()),
            _ => throw NotSimulated(request),
        };
    }

    private Func<ApiRequest, Task>? WorkloadSubresource(ApiRequest request, SubresourceDefinition subresource)
    {
        ObjectStrategy strategy = subresource.Name == "scale" ? new ScaleStrategy() : new PodStatusStrategy(_edition.Schema[request.Resource.Kind]);
        return request.Info.Verb switch
        {
            "get" => Show(strategy),
            "update" => Replace(strategy),
            "patch" => Patch(strategy),
            _ => null,
        };
    }

    private Func<ApiRequest, Task> Delete(ApiRequest request) => OfPods(request) ? _deleter.DeletePodAsync
        : OfWorkloads(request) ? _deleter.DeleteWorkloadAsync
        : _deleter.DeleteNamespaceAsync;

    private Task Get(ApiRequest request) => _responses.WriteObjectAsync(request, 200, request.FindObject());

    private Task Watch(ApiRequest request) => _watches.WatchAsync(request, _stopping);

    private Task Log(ApiRequest request)
    {
        Negotiation.RequireObjectType(request.Http.Request);
        return OnPod(_kubelet.LogAsync)(request);
    }

    /// <summary>The ports are converted before the pod is looked for.</summary>
    private Task PortForward(ApiRequest request)
    {
        try
        {
            PortList.Parse(request.Http.Request.Query["ports"]);
        }
        catch (FormatException exception)
        {
            throw new ApiStatusException(ApiStatus.BadRequest(exception.Message));
        }

        return OnPod(_kubelet.PortForwardAsync)(request);
    }

    /// <summary>What the kubelet answers, for a pod that is there.</summary>
    private static Func<ApiRequest, Task> OnPod(Func<HttpContext, string, string, Task> kubeletCall) => request =>
    {
        StoredObject pod = request.FindObject();
        return kubeletCall(request.Http, pod.Namespace!, pod.Name);
    };

    /// <summary>What is in namespaces can be written there only, for the path of all of them is there to be read.</summary>
    private Func<ApiRequest, Task>? Writable(ApiRequest request, Func<ApiRequest, Task> endpoint)
    {
        if (!OfPods(request) && !OfWorkloads(request) && request.Resource != _registry.Namespaces)
        {
            throw NotSimulated(request);
        }

        return request.Resource.Namespaced && request.Info.Namespace.Length == 0 ? null : endpoint;
    }

    private bool OfPods(ApiRequest request) => request.Resource == _registry.Pods;

    private bool OfWorkloads(ApiRequest request) => _registry.Workloads.Contains(request.Resource);

    private ObjectStrategy Strategy(ApiRequest request) => request.Resource == _registry.Namespaces
        ? new NamespaceStrategy(_registry.Pods.Store, _edition)
        : OfWorkloads(request) ? new WorkloadStrategy(_edition.Schema[request.Resource.Kind], _registry.Namespaces.Store)
        : _edition.Pods(_registry.Namespaces.Store);

    private Func<ApiRequest, Task> Replace(ObjectStrategy strategy) => request => _updater.ReplaceAsync(request, strategy);

    private Func<ApiRequest, Task> Show(ObjectStrategy strategy) => request => _updater.ShowAsync(request, strategy);

    private Func<ApiRequest, Task> Patch(ObjectStrategy strategy) => request => _updater.PatchAsync(request, strategy);

    private static ApiStatusException NotSimulated(ApiRequest request) =>
        new(ApiStatus.NotSimulated($"{request.Info.Verb} of {request.Info.ToAccessRequest().CombinedResource}"));
}
