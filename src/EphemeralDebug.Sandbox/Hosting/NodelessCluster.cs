using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Kubelet;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Hosting;

/// <summary>What the API server answers about pods that nobody runs, because the cluster has no node.</summary>
internal sealed class NodelessCluster : IKubelet
{
    public Task ExecAsync(HttpContext context, string podNamespace, string podName) => RefuseAsync(context, podName);

    public Task AttachAsync(HttpContext context, string podNamespace, string podName) => RefuseAsync(context, podName);

    public Task PortForwardAsync(HttpContext context, string podNamespace, string podName) => RefuseAsync(context, podName);

    public Task LogAsync(HttpContext context, string podNamespace, string podName)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public Task TerminateAsync(string podNamespace, string podName, TimeSpan gracePeriod) => Task.CompletedTask;

    private static Task RefuseAsync(HttpContext context, string podName) =>
        ResponseWriter.WriteStatusAsync(context, ApiStatus.BadRequest($"pod {podName} does not have a host assigned"));
}
