using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Security;

namespace EphemeralDebug.Sandbox.Hosting;

/// <summary>How a sandbox is to be.</summary>
internal sealed record SandboxOptions
{
    /// <summary>The port on the loopback address; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The API for ephemeral containers, and with it the version of Kubernetes.</summary>
    public EphemeralContainersApi Api { get; init; }

    /// <summary>How the node behaves; null for a cluster that has none, on which nothing runs.</summary>
    public KubeletOptions? Node { get; init; } = new() { NodeName = ClusterNode.Name };

    /// <summary>Users with limited rights, beside the administrator.</summary>
    public IReadOnlyList<SandboxUser> Users { get; init; } = [SandboxUser.Viewer("default"), SandboxUser.Debugger("default"), SandboxUser.Operator];

    /// <summary>Pods that are there from the start.</summary>
    public IReadOnlyList<DemoPod> Pods { get; init; } = [];

    /// <summary>How many pods more run from the start, in namespaces of a thousand: for what takes many. Needs a node.</summary>
    public int Population { get; init; }

    /// <summary>How the server misbehaves from the start, in the words of <see cref="Faults.FaultSyntax.Help"/>.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Serve HTTP/1.1 only, as behind some proxies; else HTTP/2 too, on the same port.</summary>
    public bool Http1Only { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
