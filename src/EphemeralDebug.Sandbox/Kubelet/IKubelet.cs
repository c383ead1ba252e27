using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>What the API server proxies to the node that a pod runs on.</summary>
internal interface IKubelet
{
    /// <summary>Answers GET/POST …/exec, …/attach: the WebSocket upgrade, its streams, or the refusal (status and body).</summary>
    Task ExecAsync(HttpContext context, string podNamespace, string podName);
    Task AttachAsync(HttpContext context, string podNamespace, string podName);
    /// <summary>Answers GET/POST …/portforward; the ports have been found to be numbers.</summary>
    Task PortForwardAsync(HttpContext context, string podNamespace, string podName);
    /// <summary>Answers GET …/log, all query options.</summary>
    Task LogAsync(HttpContext context, string podNamespace, string podName);
    /// <summary>The pod is being deleted: ends its containers within the grace period and then removes it from the store.</summary>
    Task TerminateAsync(string podNamespace, string podName, TimeSpan gracePeriod);
}
